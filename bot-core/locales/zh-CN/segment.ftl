# 推送对象：谁会收到推送。

segment-list = { $first }、{ $next }
segment-and = { $first }且{ $next }
segment-group-gone = 已不存在的群
segment-of-tier = 等级为{ $names }
segment-of-category = 类目为{ $names }
segment-of-tag = 带标签{ $names }
segment-groups-all = 全部群
segment-groups = 以下群：{ $groups }
segment-groups-with = 有{ $merchants }的商家的群
segment-groups-both = { $groups }中，有{ $merchants }的商家的群
segment-people-all = 全部商家的联系人（私聊）
segment-people-in = { $groups }里的商家联系人（私聊）
segment-people-with = { $merchants }的商家联系人（私聊）
segment-people-both = { $groups }里{ $merchants }的商家联系人（私聊）
segment-kind-any = 名称
segment-kind-group = 群
segment-kind-tier = 等级
segment-kind-category = 类目
segment-kind-tag = 标签
segment-unknown = 没有找到{ $what }“{ $found }”。
segment-unknown-near = 没有找到{ $what }“{ $found }”。您是指“{ $near }”吗？
segment-names-missing = 请写明是哪个{ $what }。
segment-empty = 请写明发给谁，例如：全部群；群 群名；等级 皇冠、钻石 类目 apparel 标签 vip；全部商家。
