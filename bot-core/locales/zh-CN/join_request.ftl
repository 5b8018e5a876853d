# 入群申请。

join-request-card = { $name } 申请加入“{ $group }”。
join-request-words = 申请说明：“{ $words }”
join-request-merchants = 所属商家：{ $merchants }
join-request-banned = 此人有生效中的封禁：{ $cases }
join-request-name = 昵称违反规则：{ $zh }
join-request-unknown = 暂无此人的资料。
join-request-let-in = 同意
join-request-turn-away = 拒绝
join-request-by = { $state }（{ $by }）
join-request-open = 等待处理。
join-request-letting-in = 正在同意。
join-request-turning-away = 正在拒绝。
join-request-is-in = 已入群。
join-request-is-away = 已拒绝。
join-request-gone = 申请已不存在：已撤回，或已由群管理员处理。
join-request-not-allowed = 只有管理人员可以处理入群申请。
join-request-decided = 此申请已经处理过了。
join-request-failed = { $name } 加入“{ $group }”的申请处理失败：{ $why }。请在该群授予机器人邀请成员的权限后重新处理。
join-request-note = { $name } 申请入群
