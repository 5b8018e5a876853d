# 全员禁言：一段时间内仅管理员可以发言。

feature-lockdown = 全员禁言
command-lock = 一段时间内仅允许管理员在此群发言
    .usage = /lock [30分钟] [原因]；不写时长则为 1 小时
command-unlock = 恢复所有人发言
    .usage = /unlock
lockdown-not-allowed = 只有管理人员可以开启或解除全员禁言。
lockdown-only-community = 只有商家群可以全员禁言，请在该群内发送此命令。
lockdown-absent = 此平台不支持全员禁言。
lockdown-denied = 我无法对此群全员禁言。{ $right }
lockdown-out-of-range = 全员禁言的时长须在 { $least } 到 { $most } 之间。
lockdown-not-locked = 此群没有全员禁言。
lockdown-reason = { $reason }
lockdown-no-reason = 未说明原因
lockdown-moved = 全员禁言的结束时间改为 { $until }。
lockdown-asked = 正在对“{ $group }”全员禁言，至 { $until }。
lockdown-group-locked = 本群暂时仅管理员可以发言，至 { $until }（{ $reason }）。您仍可随时与我私聊。
lockdown-group-open = 全员禁言已解除，大家可以发言了。
lockdown-staff-locks = { $by } 对“{ $group }”全员禁言至 { $until }：{ $reason }
lockdown-staff-opens = { $by } 解除了“{ $group }”的全员禁言。
lockdown-failed = “{ $group }”全员禁言失败：{ $why }。请在该群授予机器人限制成员的权限后重试。
lockdown-stays = “{ $group }”的全员禁言未能解除：{ $why }。系统每 10 分钟重试一次；群管理员也可在群设置中手动解除。
lockdown-button = 全员禁言 1 小时
lockdown-button-open = 立即解除
