# 公告。

feature-announcement = 公告
command-announce = 撰写、发送、修改和撤回公告
    .usage = /announce、/announce list、/announce A-3、/announce edit A-3、/announce recall A-3；也可手动输入 /announce send A-3、test A-3、schedule A-3 18:00、schedule A-3 09:00 当地、loud A-3、expires A-3 3天后、repeat A-3 每周一 09:00、approve A-3 校验码、audience A-3 全部群、pin A-3、receipt A-3、clicks A-3、again A-3、pause A-3、resume A-3、cancel A-3
announcement-usage = 没有看懂。用法：{ command-announce.usage }
announcement-none = 没有公告 { $no }。发送 /announce list 查看最近的公告。
announcement-not-allowed = 您的角色不能管理公告。
announcement-state-draft = 草稿
announcement-state-scheduled = 已定时
announcement-state-sending = 发送中
announcement-state-paused = 已暂停
announcement-state-stopping = 停止中
announcement-state-sent = 已发送
announcement-state-stopped = 已中途停止
announcement-state-recalling = 撤回中
announcement-state-recalled = 已撤回
announcement-state-cancelled = 已取消
announcement-head = 公告 { $no }：{ $state }
announcement-to = 发给：{ $audience }
announcement-when = 发送时间：{ $when }
announcement-when-pressed = 发送时间：点击按钮后立即发送
announcement-pinned = 在支持的群里置顶
announcement-in-hand = 其中最多 { $count } 个在此之前已开始发送，仍可能送达。
announcement-still-paused = { $no } 仍处于暂停状态，还有 { $count } 个未发送。/announce resume { $no } 继续发送，/announce cancel { $no } 停止剩余发送。
announcement-text-zh = —— 中文 ——
announcement-text-en = —— 英文 ——
announcement-text-proposed = —— 待批准的新内容 ——
announcement-no-text = 还没有正文：中文、英文至少写一种。
announcement-no-audience = 还没有选定发送对象。
announcement-approve-not-needed = 该公告无需批准。
announcement-approve-size = 将发给 { $count } 个对象：达到 { $from } 个时，须由未参与撰写的同事批准。
announcement-approve-segment = 会发到 { $segment }：须由未参与撰写的同事批准。
announcement-approve-changed = { $name } 批准之后内容有改动，须重新批准。
announcement-approve-grown = { $name } 批准时为 { $was } 个对象，现在会发给 { $count } 个，须重新批准。
announcement-approve-before = 届时仍未批准则不会发出。
announcement-approve-typed = 点击按钮批准，或输入 /announce approve { $no } { $code }
announcement-approve-own = 您参与了撰写，须由其他同事批准。
announcement-approved-by = { $name } 已于 { $when } 批准（{ $code }）。
announcement-not-approved = { $no } 到时间未发出，已退回草稿。
announcement-proposed = { $name } 提交了新内容，须由其他同事批准后才会更新。
announcement-title-cut = 标题太长，已截到 { $max } 个字。
announcement-edited = { $no }：新内容已更新 { $edited }/{ $all }
announcement-do-send = 立即发送
announcement-do-schedule = 定时发送…
announcement-do-schedule-at = 定时：{ $when }
announcement-do-test = 试发给我
announcement-do-pin = 置顶：否
announcement-do-unpin = 置顶：是
announcement-do-text = 改内容
announcement-do-audience = 改对象
announcement-do-when = 改时间
announcement-do-cancel = 取消
announcement-do-approve = 批准
announcement-do-pause = 暂停
announcement-do-resume = 继续发送
announcement-do-stop = 停止剩余发送
announcement-do-again = 重发被拒绝的 { $count } 个
announcement-do-unknown-again = { $name }：重发
announcement-do-unknown-leave = { $name }：不再处理
announcement-do-recall = 撤回 { $count } 个
announcement-do-keep = 保留
announcement-form-new = 新公告
announcement-form-change = 修改 { $no }
announcement-field-title = 标题
announcement-field-zh = 中文正文
announcement-field-en = 英文正文
announcement-field-audience = 发给谁
announcement-field-when = 什么时候发
announcement-hint-title = 一行。中英文不同时写成：中文 | English
announcement-hint-body = 至少写一种语言；看另一种语言的人也会收到它。
announcement-hint-now = 现在是：{ $now }（留空则不变）
announcement-hint-audience = 全部群 · 群 群名 · 等级 皇冠、钻石 · 类目 apparel · 标签 vip · 全部商家
announcement-hint-when = 现在 · 10分钟后 · 18:00 · 2026-11-22 18:00（{ $zone } 时间） · 09:00 当地（各按自己的钟点）
announcement-sent-already = 该公告{ $state }，无需重复操作。
announcement-recall-instead = 已经发出，请用 /announce recall 撤回。
announcement-out-already = 该公告{ $state }。/announce cancel { $no } 停止尚未发出的部分，/announce recall { $no } 撤回已发出的内容。
announcement-wait-until-sent = 尚未发送完毕，请发送完成后再修改，或先停止剩余发送。
announcement-not-now = 该公告{ $state }，不能这样操作。
announcement-nobody = 这个范围内没有人能收到，未发送。
announcement-nothing-changed = 内容没有变化。
announcement-none-refused = 没有被拒绝的。
announcement-changed-meanwhile = 预览之后内容有改动。请用 /announce 加编号查看最新内容。
announcement-known-by-now = 这一条的结果已经明确。
announcement-offer = { $no } · { $title } · { $state }
announcement-list-empty = 还没有公告。发送 /announce 写第一条。
announcement-list-line = { $no } · { $state } · { $title } · { $when } · { $sent }/{ $all }
announcement-recall-ask = 要从 { $count } 个会话撤回 { $no } 吗？撤回后无法恢复，可能已有人看过。
announcement-recall-open = 其中尚未发出的 { $count } 个会停止发送。
announcement-recall-unknown = { $count } 个结果未知，可能已送达，无法撤回。
announcement-recall-stays = { $account }：{ $count } 个会保留，平台已不允许删除。
announcement-nothing-to-recall = 没有可撤回的内容。
announcement-test-failed = { $no } 的试发没有送达：{ $why }
announcement-on-board = { $no } 仍在“{ $title }”的群公告中（{ $why }），请手动删除。
announcement-toast-sending = 开始发送。
announcement-toast-scheduled = 已定时：{ $when }。
announcement-toast-test = 已发到您与我的私聊。
announcement-toast-test-here = 无法私聊您，已显示在这里。
announcement-toast-cancelled = 已取消。
announcement-toast-approved = 已批准。
announcement-toast-paused = 已暂停。正在发出的几条仍可能送达。
announcement-toast-stopped = 尚未发出的已停止，已送达的保留。
announcement-toast-pin = 发送后会置顶。
announcement-toast-no-pin = 发送后不置顶。
announcement-toast-again = 已重发。
announcement-toast-recalling = 开始撤回。
announcement-toast-kept = 已保留。
announcement-toast-left = 不再处理。
announcement-note = { $no }：{ $state }
announcement-picture-reply = 请回复带有图片或文件的那条消息，并输入 /announce picture A-3。输入 /announce picture A-3 none 可将其移除。
announcement-picture-many = 一条公告最多可带 { $max } 个图片或文件。
announcement-picture-none = { $no } 已不再带有图片和文件。
announcement-picture-coming = 正在取得 { $count } 个文件，加入 { $no } 后会告知您。
announcement-picture-kept = { $name } 已加入 { $no }。输入 /announce test { $no } 可查看效果。
announcement-picture-late = { $name } 来得太晚：{ $no } 已在没有它的情况下发出。
announcement-picture-lost = { $name } 未能取得，没有加入 { $no }。{ $why }
announcement-files = 附带：{ $names }
announcement-typed = 请输入 /announce send { $no }、/announce schedule { $no } 18:00、/announce test { $no }、/announce pin { $no }、/announce edit { $no }、/announce audience { $no } 全部群 或 /announce cancel { $no }。
announcement-typed-sending = 请输入 /announce pause { $no } 或 /announce cancel { $no }。
announcement-typed-paused = 请输入 /announce resume { $no } 或 /announce cancel { $no }。
announcement-recall-typed = 确认撤回请输入 /announce recall { $no } yes
announcement-too-long = 共 { $count } 个字，超出了上限 { $max } 个字。
announcement-test-nowhere = 我与您还没有私聊。请先把聊天账号关联到您的员工账号，并在任一平台上私聊我一次，然后重试。
announcement-variable-unknown = 没有变量{ "{" }{ $found }{ "}" }。可用的有：{ $names }。要写大括号本身，请写{ "{{" }。
announcement-variable-unknown-near = 没有变量{ "{" }{ $found }{ "}" }。您是指{ "{" }{ $near }{ "}" }吗？要写大括号本身，请写{ "{{" }。
announcement-variable-open = “{ $found }”里的大括号没有闭合。要写大括号本身，请写{ "{{" }。
announcement-variables = { $names } 会按每位收件人填写，预览按最长的值显示。/announce test 后加上名字，可查看该收件人看到的内容。
announcement-variables-none = 在群里 { $names } 没有值：会显示 | 后面写的内容，没写则用通称。
announcement-instead-merchant = 商家
announcement-instead-contact = 朋友
announcement-instead-tier = 会员
announcement-instead-group = 我们的社群
announcement-no-reader = 发送对象中没有叫“{ $name }”的。
announcement-toast-test-as = 已按 { $name } 看到的内容发到您与我的私聊。
command-news = 是否私聊接收公告和活动
    .usage = /news on|off
announcement-news-is-on = 目前会私聊向您推送公告和活动。如需更改：{ $usage }
announcement-news-is-off = 自 { $since } 起不再私聊向您推送公告和活动。如需更改：{ $usage }
announcement-news-off = 今后不再私聊向您推送公告和活动。回答、您的工单以及您已报名的活动通知照常送达。发送 /news on 可恢复。
announcement-news-on = 今后会私聊向您推送公告和活动。
announcement-news-words = 可用的是“on”和“off”。
announcement-do-ack = 已读
announcement-do-receipt = 已读确认：否
announcement-do-no-receipt = 已读确认：是
announcement-with-ack = 请收件人点击“已读”
announcement-acks = 已有 { $count } 人点击“已读”。
announcement-toast-ack = 已记录，谢谢。
announcement-toast-ack-again = 您已确认过，谢谢。
announcement-toast-ack-test = 这是试发，不计入统计。
announcement-toast-receipt = 将请收件人点击“已读”。
announcement-toast-no-receipt = 不再请收件人点击“已读”。

# 按谁的钟点。
announcement-when-local = 按每位收件人当地时间 { $there } 发送，最早的一批在 { $when }
announcement-do-schedule-local = 定时：当地时间 { $there }
announcement-local-past = { $named } 已经过了 { $there }，请选一个更晚的时间。
announcement-quiet-kept = 免打扰时段（{ $quiet }）内不发，正在该时段的收件人等到早上。可用 /announce loud 更改。
announcement-quiet-loud = 免打扰时段（{ $quiet }）内也发。
command-zone = 你或本群所在的时区
    .usage = /zone、/zone Asia/Tokyo、/zone none；工作人员还可用 /zone Asia/Tokyo 店铺名
announcement-zone-is = 这里的时区是 { $named }。更改：{ $usage }
announcement-zone-hall = 这里没有设时区，公告按你所在的群或店铺的时区发送，都没有则按 { $named }。设置：{ $usage }
announcement-zone-set = 已记下：{ $named }。公告会按那里的钟点发送。
announcement-zone-forgotten = 这里不再单独设时区。
announcement-zone-unknown = 没有“{ $found }”这个时区。时区写作 Asia/Shanghai、Europe/Berlin 这样。
announcement-zone-unknown-near = 没有“{ $found }”这个时区。你是指 { $near } 吗？
announcement-zone-not-allowed = 你的角色不能设置这里的时区。
announcement-zone-shop = { $count ->
    [0] 没有叫“{ $shop }”的店铺。
   *[other] 有多家店铺叫“{ $shop }”，请在控制台设置。
}

# 过期。
announcement-state-expiring = 正在过期
announcement-state-expired = 已过期
announcement-expires = { $when } 过期：届时尚未发出的不再发，置顶会取消，已发的保留
announcement-expires-before = 它在 { $when } 过期，早于发送时间。可用 /announce expires 更改。
announcement-expires-unreadable = “{ $found }”不能作为过期时间。请写 2026-12-01 18:00、3天后 或 永不。
announcement-still-pinned = { $no } 仍在“{ $title }”置顶（{ $why }）。请手动取消置顶。

# 统计点击的链接。
announcement-do-clicks = 统计点击：关
announcement-do-no-clicks = 统计点击：开
announcement-toast-clicks = 会统计其中链接的点击。
announcement-toast-no-clicks = 不统计其中链接的点击。
announcement-clicks-on = 统计这些链接的点击：{ $urls }
announcement-clicks-none = 已要求统计点击，但正文里没有以 http:// 或 https:// 开头的网址。
announcement-clicks-variable = 含有变量的网址会原样发出，不统计点击。
announcement-clicks-cannot = 没有统计点击：读者无法访问 { $url }。[server] public_url 必须以 https:// 开头，并且是读者能访问到的地址。
announcement-clicked-people = 有 { $count } 位收件人的链接被打开过，共点击 { $clicks } 次。
announcement-clicked-groups = 其中的链接在 { $count } 个群里共被点击 { $clicks } 次。

# 重复发送。
announcement-repeat-usage = 请写明何时再次发送：/announce repeat { $no } 每周一 09:00、/announce repeat { $no } cron 0 9 * * 1、/announce repeat { $no } rrule FREQ=WEEKLY;BYDAY=MO;BYHOUR=9，后面可加“直到 2026-12-31”或“时区 Europe/Berlin”；也可写 暂停、继续、无。
announcement-repeat-unreadable = 看不懂重复规则“{ $found }”。请写 每周一 09:00、cron 0 9 * * 1 或 rrule FREQ=WEEKLY;BYDAY=MO;BYHOUR=9。
announcement-repeat-cron-fields = cron 要有五段：分、时、日、月、星期；这里有 { $count } 段。
announcement-repeat-cron-field = “{ $found }”不能作为 cron 的{ $field ->
    [minute] 分钟
    [hour] 小时
    [day] 日期
    [month] 月份
   *[weekday] 星期
}。
announcement-repeat-cron-wrong = cron 不接受“{ $found }”。
announcement-repeat-rrule-part = 重复规则（RRULE）不接受“{ $found }”。
announcement-repeat-rrule-freq = “{ $found }”里没有 FREQ。重复规则要像 FREQ=WEEKLY;BYDAY=MO 这样写。
announcement-repeat-rrule-wrong = “{ $found }”的各部分不能组合成一条重复规则。
announcement-repeat-until = “{ $found }”不能作为截止日期。请写 2026-12-31 或 2026-12-31 18:00；在重复规则里写 UNTIL=20261231。
announcement-repeat-two-ends = 这条规则写了两次结束时间。截止日期、UNTIL、COUNT 只能留一个。
announcement-repeat-never = 按这条规则永远不会发送：已经没有符合的时间。
announcement-repeat-often = 按这条规则发送得太频繁，最多每小时一次。
announcement-repeat-local = 重复发送是所有人同一时刻收到，不能按各自当地时间。请先去掉它的发送时间。
announcement-repeat-draft = 只有草稿可以重复发送，这条{ $state }。
announcement-repeat-child = 它是某个重复公告的一次发送，自身不能再重复。
announcement-repeat-not = 它没有设置重复。
announcement-repeat-instead = { $no } 会按规则重复发送。用 /announce repeat { $no } 无 结束重复。
announcement-repeat-expires = 这样它在下一次发送之前就过期了。
announcement-repeat-rule = 重复：{ $rule }
announcement-repeat-next = 接下来：{ $times }（{ $named }）
announcement-repeat-none-left = 已经没有符合规则的时间。
announcement-repeat-lives = 每次发送在其时间之后 { $length } 过期
announcement-repeat-of = 它是重复公告 { $no } 的一次发送
announcement-repeat-sent = 已发送 { $count } 次，最近一次是 { $last }。
announcement-repeat-is-set = 它还没有开始重复：点按钮，或发送 /announce repeat { $no } 开始。
announcement-repeat-is-paused = 重复已暂停。发送 /announce repeat { $no } 继续 恢复。
announcement-repeat-is-waiting = 要有人看过才会继续：发送 /announce repeat { $no } 继续。
announcement-repeat-changed = 开始重复之后它又被改动过。
announcement-repeat-waits = { $no } 暂停重复，等有人看过；发送 /announce repeat { $no } 继续 恢复。
announcement-repeat-missed = { $no } 自 { $first } 起有 { $count } 次应发送而没有发送：当时程序没有运行，迟了超过 { $late } 的、后面还有更近一次的都不再补发。
announcement-repeat-over = { $no } 不再重复：规则已到尽头，共发送 { $count } 次。
announcement-do-repeat-start = 开始重复
announcement-do-repeat-pause = 暂停重复
announcement-do-repeat-end = 不再重复
announcement-toast-repeat-started = 已开始重复。
announcement-toast-repeat-paused = 重复已暂停。
announcement-toast-repeat-ended = 不再重复。
