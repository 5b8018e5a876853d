# 群发，以及群发的结果。

delivery-reachable = { $count ->
    [0] 没有人能收到
   *[other] { $count } 个对象会收到
}（中文 { $zh }，英文 { $en }）。
delivery-unreachable = { $count } 个收不到，原因：{ $why }。{ $names }
delivery-no-contact = { $count } 个符合条件的商家没有联系人。
delivery-not-connected = { $account } 未连接：其中 { $count } 个要等连接后才会发出。
delivery-calls = { $platform }：调用 { $calls } 次
delivery-calls-take = { $platform }：调用 { $calls } 次，约需{ $takes }
delivery-loss = { $platform }：{ $loss }
delivery-cannot-pin = 以下群无法置顶：{ $names }
delivery-loss-split = 会拆成 { $parts } 条消息
delivery-loss-emulated = { $what }会变成{ $via }
delivery-loss-dropped = { $what }会被去掉
delivery-loss-right = { $what }会被去掉，因为我没有{ $right }的权限
delivery-what-marks = 加粗和链接
delivery-what-attachments = 文件
delivery-what-buttons = 按钮
delivery-what-pin = 置顶
delivery-what-reply = 回复引用
delivery-what-mention-all = @全体成员
delivery-what-text = 文字
delivery-what-other = 部分内容
delivery-right-write = 发言
delivery-right-delete = 删除消息
delivery-right-restrict = 限制成员
delivery-right-pin = 置顶
delivery-right-threads = 管理话题
delivery-right-invite = 邀请成员
delivery-right-manage = 修改群设置
delivery-right-nicks = 修改成员名片
delivery-right-badges = 给成员设置头衔
delivery-reason-not-started = 从未打开与我的私聊
delivery-reason-blocked = 已屏蔽我
delivery-reason-deactivated = 账号已注销
delivery-reason-kicked = 我已不在该群
delivery-reason-missing-right = 我在那里没有发言权限
delivery-reason-not-found = 已不存在
delivery-reason-bad-content = 平台不接受这段内容
delivery-reason-untried = 还没有给我发过消息
delivery-reason-no-user = 没有已知的聊天账号
delivery-reason-idle = 该群已停止服务
delivery-reason-split = 已被拆成多条消息，无法整体编辑
delivery-reason-no-key = 平台没有告知是哪条消息
delivery-reason-no-answer = 没有收到回音
delivery-reason-other = 平台拒绝
delivery-counts = 已送达 { $sent }/{ $all }；被拒绝 { $refused }；结果未知 { $unknown }
delivery-counts-recalled = 已撤回 { $recalled }/{ $all }
delivery-open = 还有 { $count } 个待发送
delivery-stopped = { $count } 个在发出前已停止
delivery-editing = { $count } 个正在修改
delivery-recalling = { $count } 个正在撤回
delivery-why-refused = { $count } 个被拒绝：{ $why }
delivery-why-unreachable = { $count } 个未发送：{ $why }
delivery-why-edit-failed = { $count } 个仍显示旧内容：{ $why }
delivery-why-recall-failed = { $count } 个无法撤回：{ $why }
