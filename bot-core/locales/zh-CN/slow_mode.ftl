# 慢速模式：每位成员隔一段时间才能发一条消息。

feature-slow_mode = 慢速模式
command-slow = 让每位成员隔一段时间才能在此群发一条消息
    .usage = /slow 30s，或 /slow off
slow-mode-not-allowed = 只有管理人员可以更改慢速模式。
slow-mode-only-community = 慢速模式只用于商家群，请在该群内发送此命令。
slow-mode-absent = 此平台无法限制发言频率，机器人也无法代为限制。
slow-mode-denied = 我无法在此群开启慢速模式。{ $right }
slow-mode-out-of-range = 间隔须在 { $least } 到 { $most } 之间。
slow-mode-is-off = 慢速模式本来就没有开启。
slow-mode-on = 已开启慢速模式：每位成员每 { $every } 可发一条消息。
slow-mode-off = 慢速模式已关闭。
slow-mode-group = { $name } 的消息发得过快，已被移除。本群已开启慢速模式：每 { $every } 一条。
slow-mode-you = 您在“{ $group }”的消息已被移除：慢速模式下每 { $every } 可发一条。请 { $wait } 后再发。这不算违规，不会留下记录。
slow-mode-note = 慢速模式：{ $name } 的消息早了 { $wait }
slow-mode-failed = “{ $group }”的慢速模式更改失败：{ $why }
