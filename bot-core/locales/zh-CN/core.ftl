# 程序本身的话，与功能无关。

command-missing = { $what }用法：{ $usage }
command-wrong = “{ $found }”不对。{ $what }用法：{ $usage }
command-too-much = “{ $what }”是多余的。用法：{ $usage }
command-needs-who = 请指明对象：回复 TA 的消息、@TA，或填写 TA 的 ID。
command-needs-duration = 请写明时长，例如 10m、2h、1d。
command-needs-words = 还缺内容。
who-unknown = 我还不认识“{ $who }”。请让 TA 先在这里发一条消息，或改用 TA 的 ID。
who-nobody = 那条消息不是群成员发的。
who-unseen = 我没有看到过那条消息，请改为 @TA 或填写 TA 的 ID。
who-several = 有几个人都叫“{ $who }”，请改用其中一位的 ID：{ $ids }
command-unknown = 没有 /{ $name } 这个命令。发送 /help 查看可用命令。
command-unknown-near = 没有 /{ $name } 这个命令。您是想用 /{ $near } 吗？
command-not-allowed = 您的角色不能使用 /{ $name }。
command-not-here = /{ $name } 请在{ $place }使用。
place-staff = 工作群
place-direct = 与我的私聊
place-group = 群聊
place-staff-or-direct = 工作群或与我的私聊
button-expired = 这个按钮已失效。
button-not-yours = 这个按钮是给别人的。
note-rejected = { $what } 被平台拒绝：{ $why }
note-unknown = { $what } 已发出，但没有收到回音：{ $why }
