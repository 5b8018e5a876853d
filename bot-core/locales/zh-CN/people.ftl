# 人：对我们来说是谁，哪些账号是同一个人，谁在这里工作。

feature-people = 您的身份与人员
command-me = 查看您的身份：店铺、等级、语言
    .usage = /me
command-language = 选择语言
    .usage = /language zh|en
command-link = 关联您的多个账号：用 /link 获取验证码，再用另一个账号发送
    .usage = /link [验证码]
command-whois = 查看某人的资料：账号、店铺、等级、标签
    .usage = /whois 对象
command-person = 将两个账号合并为同一人，或撤销合并
    .usage = /person join 对象 对象 · /person part 对象

people-tier-none = 新商家
people-tier-heart = 红心
people-tier-diamond = 钻石
people-tier-crown = 皇冠
people-contact-decision-maker = 负责人
people-contact-admin = 管理员
people-contact-operator = 运营人员

people-language-en = 英文
people-language-zh = 中文
people-language-none = 语言未知
people-languages = 目前支持中文（zh）和英文（en）。
people-language-is = 我目前用{ $language }与您交流。如需更改，请发送 { $usage }
people-language-set = 好的，以后我用{ $language }与您交流。

people-me-staff = 您是工作人员 { $name }（{ $roles }）。
people-me-nobody = 您还没有关联店铺。请告诉工作人员您的店铺名称。
people-me-shop = { $shop } · { $tier } · { $category } · 您是{ $role }
people-me-users = 您的账号：{ $names }
people-me-language = 语言：{ $language }（发送 /language 可更改）
people-me-hint = 还在用其他平台？发送 /link 即可关联两个账号。

people-whois-staff = 工作人员 { $name }（{ $roles }）
people-whois-no-shop = 未关联店铺
people-whois-joined = 已合并 { $count } 个身份；/person part 可撤销最近一次

people-person-acts = 请填写 join 或 part。
people-join-same = 他们已经是同一个人。
people-join-staff = 工作人员的账号不能由他人合并，请本人使用 /link 关联。
people-joined = 已将 { $joined } 与 { $kept } 合并为同一人。如需撤销，请使用 /person part。
people-part-none = 此人没有合并过其他身份。
people-part-younger = 之后还有一次合并，请先撤销它：/person part { $who }
people-part-staff = 只有管理员可以将账号与工作人员拆开。
people-parted = 已恢复为独立身份：{ $names }

people-link-made = 您的验证码是 { $code }。请在 10 分钟内，用另一个账号私聊我发送 /link { $code }。请勿告诉任何人：谁发送它，谁就会被当作您。
people-link-wrong = 验证码不正确或已失效。验证码 10 分钟内有效，且只能使用一次。
people-link-throttled = 错误次数过多，请 10 分钟后再试。
people-link-already = 这个账号已经关联过了。
people-link-taken = 这个账号已属于另一位工作人员，请管理员先解除关联。
people-link-make-it-here = 您是工作人员，请用这个账号发送 /link 获取验证码，再用另一个账号发送它。
people-link-public = 这个验证码发到了别人看得到的地方，已作废。请重新获取，并私聊发给我。
people-link-ask = 这个验证码来自 { $names }。那也是您本人吗？确认后，我会把两个账号视为同一人。
people-link-yes = 是我本人
people-link-no = 不是
people-link-refused = 没有关联，验证码已作废。
people-link-joined = 已关联，两个账号现在视为同一人。
people-linked = 欢迎，{ $name }。这个账号已关联到您的员工账号（{ $roles }）。发送 /help 查看您可以使用的命令。
people-no-staff = 没有这个 ID 的工作人员。
people-staff-incomplete = 请填写姓名，并至少选择一个角色。
people-last-admin = 至少要保留一名管理员，请先指定另一位。

people-note-throttled = 验证码错误次数过多，未处理
people-note-linked = 这个账号现在是 { $name }
people-note-joined = 已合并 { $name }
people-note-parted = 已撤销合并：{ $names }

people-import-not-allowed = 您的角色不能编辑商家。
people-import-too-wide = 单元格数多于列数。含有分隔符的文字请放在引号里。
people-import-nameless = 既没有名称，也没有编号。
people-import-bad-name = “{ $name }”含有不可见字符，或超过 48 个字。
people-import-bad-tier = 没有“{ $word }”这个等级，可填：新手、红心、钻石、皇冠。
people-import-bad-word = “{ $word }”应为一个词，最多 40 个字。
people-import-many-tags = 标签超过 { $n } 个。
people-import-no-such = 没有编号为 { $id } 的商家。
people-import-several = 有多个同名商家，请填写要修改的那一个的编号。
people-import-twice = 同一商家已在第 { $line } 行出现。
people-import-no-category = 新商家需要填写类目。
people-fact-bad-id = 外部系统的编号为 1 到 { $max } 个字符，不能含控制字符。
people-fact-no-account = 这里没有账号“{ $account }”。
people-fact-bad-kind = 事件类型为 1 到 { $max } 个小写字母、数字、“_”“.”或“-”。
people-fact-long-detail = 事件详情最多 { $max } 字节。
people-fact-bad-time = 事件的时间不是有效时间。
