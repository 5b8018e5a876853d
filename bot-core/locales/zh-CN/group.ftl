# 群聊：用途、语言，以及机器人的加入和移出。

feature-group = 群聊设置
command-group = 设置本群的用途和语言
    .usage = /group community|staff|idle [zh|en]
group-purposes = 请填写 community（商家群）、staff（工作群）或 idle（停用）。
group-purpose-community = 商家群
group-purpose-staff = 工作群
group-purpose-idle = 停用
group-is = 本群用途：{ $purpose }（{ $language }）。
group-about-community = 我会在这里回答问题、维护秩序、发布公告。成员使用各自选择的语言；未选择的使用本群语言。
group-about-staff = 工单、举报和表单会发到这里，群内所有人都能看到。
group-about-idle = 我在这里不做任何事。管理员发送 /group community 或 /group staff 即可启用。
group-not-direct = 私聊不能更改用途。
group-other-staff-chat = “{ $title }”已经是工作群。请先在那里发送 /group idle。
group-added = 我已被加入“{ $title }”，目前还没有启用。管理员在群里发送 /group community 或 /group staff 即可启用。
group-removed = 我已被移出“{ $title }”，无法继续在那里服务。
group-lacks-write = 我没有在本群发言的权限。
group-lacks-delete = 我没有删除消息的权限。
group-lacks-restrict = 我没有禁言和封禁成员的权限。
group-lacks-pin = 我没有置顶消息的权限。
group-lacks-threads = 我没有创建话题的权限；每个工单都需要一个话题。
group-lacks-invite = 我没有邀请成员的权限，收不到入群申请。
group-lacks-manage = 我没有修改群设置的权限。
group-lacks-nicks = 我没有修改成员名片的权限。
group-lacks-badges = 我没有给成员设置头衔的权限。
group-note-set = 本群现在是{ $purpose }
group-note-removed = 机器人已被移出“{ $title }”
