//! What other moderation bots look for, line by line of the table in docs/features/moderation.md: each counterpart finds
//! its case and leaves an innocent neighbour alone.

use moderation::{
    Activity, Engine, History, Learner, Message, Offence, Parameters, Policy, Sanction, TextLink, ladder,
};

/// One message, with what the caller knows of it.
#[derive(Clone, Copy)]
struct Said {
    text: &'static str,
    by: &'static str,
    name: &'static str,
    at_s: i64,
    group: &'static str,
    role: &'static str,
    link: Option<TextLink<'static>>,
    files: &'static [&'static str],
    pictures: u32,
    mentions: u32,
    edited: bool,
    forwarded: bool,
    joins: bool,
    earlier: Option<u32>,
}

/// An ordinary message.
const SAID: Said = Said {
    text: "运费怎么算",
    by: "lin",
    name: "Lin",
    at_s: 1_000,
    group: "main",
    role: "member",
    link: None,
    files: &[],
    pictures: 0,
    mentions: 0,
    edited: false,
    forwarded: false,
    joins: false,
    earlier: None,
};

const fn text(text: &'static str) -> Said {
    Said { text, ..SAID }
}

/// The keys of a rule, what it finds, and what is like it and harmless. Of several messages the last is judged.
struct Case {
    /// What the table's line calls it.
    line: &'static str,
    keys: &'static str,
    finds: &'static [Said],
    leaves: &'static [Said],
}

const fn case(
    line: &'static str,
    keys: &'static str,
    finds: &'static [Said],
    leaves: &'static [Said],
) -> Case {
    Case { line, keys, finds, leaves }
}

const WORDS: &str = "`words`, `whole_word`, `allow`";
const VIEWS: &str = "views: invisible characters, look-alikes, traditional, pinyin …";
const LINKS: &str = "`entities = [\"link\"]`, `deny_domains`, `allow_domains`";
const FALSE_LINKS: &str = "`link.lookalike`, `link.homograph`, `link.deceptive`";
const THINGS: &str = "`contact.*`, `phone`, `card`, `wallet.*`";
const MENTIONS: &str = "`mention`, kind `mentions`";
const AMOUNTS: &str = "kinds `links`, `pictures`, `files`, `characters`, `lines`, `emoji`";
const NEWCOMERS: &str = "kind `new_member`, `early_message`";
const EXEMPT: &str = "`exempt_roles`, `exempt_groups`";

const CASES: &[Case] = &[
    case(WORDS, "words = ['大麻']\nallow = ['大麻烦']", &[text("出大麻")], &[text("有大麻烦了")]),
    case(WORDS, "words = ['ass']", &[text("what an ass")], &[text("first class")]),
    case(WORDS, "words = ['vx']\nwhole_word = true", &[text("my vx ok")], &[text("加vx888")]),
    case("`regex`", r"regex = ['日赚\d+']", &[text("日赚500")], &[text("日赚不多")]),
    case(VIEWS, "words = ['drug']", &[text("d\u{200B}r\u{336}ug")], &[text("drag")]),
    case(VIEWS, "words = ['drug']", &[text("drυg")], &[text("dr ug")]),
    case(VIEWS, "words = ['加微信']", &[text("加.微.信")], &[text("加，微信")]),
    case(VIEWS, "words = ['赌博平台']", &[text("賭博平臺")], &[text("赌石平台")]),
    case(
        VIEWS,
        "words = ['网络赌博']\nviews = 'unsure'",
        &[text("来 wangluo dubo 吧")],
        &[text("来网络平台吧")],
    ),
    case(VIEWS, "words = ['超级会员']\nviews = 'unsure'", &[text("走召级会员")], &[text("走到会员店")]),
    case(
        LINKS,
        "entities = ['link']",
        &[text("see shop.example.com")],
        &[text("see docs.example.org and starmarket.com")],
    ),
    case(
        LINKS,
        "entities = ['link.denied']",
        &[text("https://a.bad.example.com/x")],
        &[text("https://good.example.com")],
    ),
    case(LINKS, "entities = ['link.short']", &[text("bit.ly/abc")], &[text("example.com/abc")]),
    case(LINKS, "entities = ['link.ip']", &[text("http://93.184.216.34/x")], &[text("version 1.2.3")]),
    case(
        FALSE_LINKS,
        "entities = ['link.lookalike']",
        &[text("starmarket-help.top")],
        &[text("help.starmarket.com")],
    ),
    case(FALSE_LINKS, "entities = ['link.homograph']", &[text("аррӏе.com")], &[text("apple.com")]),
    case(
        FALSE_LINKS,
        "entities = ['link.deceptive']",
        &[Said {
            text: "starmarket.com",
            link: Some(TextLink { start: 0, end: 14, url: "https://evil.example.net" }),
            ..SAID
        }],
        &[Said {
            text: "starmarket.com",
            link: Some(TextLink { start: 0, end: 14, url: "https://starmarket.com/fees" }),
            ..SAID
        }],
    ),
    case(
        "`invite.*`",
        "entities = ['invite.discord']",
        &[text("discord.gg/abcdef")],
        &[text("discord is down")],
    ),
    case(
        "`invite.*`",
        "entities = ['invite.telegram']",
        &[text("t.me/+AbCdEfGhIjK")],
        &[text("telegram 用不了")],
    ),
    case(
        "`invite.*`",
        "entities = ['invite.whatsapp']",
        &[text("chat.whatsapp.com/AbCdEf123456")],
        &[text("whatsapp works")],
    ),
    case(THINGS, "entities = ['contact.wechat']", &[text("微信：lin_88888")], &[text("微信支付怎么开通")]),
    case(THINGS, "entities = ['contact.qq']", &[text("加QQ 123456789")], &[text("QQ登录失败 1234")]),
    case(
        THINGS,
        "entities = ['contact.telegram']",
        &[text("telegram: @lin_trade")],
        &[text("telegram support")],
    ),
    case(THINGS, "entities = ['phone']", &[text("打 13912345678")], &[text("订单 20261122123456789")]),
    case(
        THINGS,
        "entities = ['card']",
        &[text("卡号 4111 1111 1111 1111")],
        &[text("单号 4111 1111 1111 1112")],
    ),
    case(
        THINGS,
        "entities = ['wallet.ethereum']",
        &[text("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")],
        &[text("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")],
    ),
    case(
        "`file.*`",
        "entities = ['file.program']",
        &[Said { files: &["invoice.pdf.exe"], ..SAID }],
        &[Said { files: &["invoice.pdf"], ..SAID }],
    ),
    case(MENTIONS, "entities = ['mention']", &[text("@mei look")], &[text("mail a@example.com")]),
    case(
        MENTIONS,
        "behaviour = { kind = 'mentions', count = 4, within = '1m' }",
        &[Said { mentions: 4, ..SAID }],
        &[Said { mentions: 3, ..SAID }],
    ),
    case(
        "kind `messages`",
        "behaviour = { kind = 'messages', count = 3, within = '10s' }",
        &[SAID, Said { at_s: 1_002, ..SAID }, Said { at_s: 1_004, ..SAID }],
        &[SAID, Said { by: "mei", at_s: 1_002, ..SAID }, Said { at_s: 1_004, ..SAID }],
    ),
    case(
        AMOUNTS,
        "behaviour = { kind = 'links', count = 2, within = '1m' }",
        &[text("a.example.com"), Said { text: "b.example.com", at_s: 1_030, ..SAID }],
        &[text("a.example.com"), Said { text: "b.example.com", at_s: 1_070, ..SAID }],
    ),
    case(
        AMOUNTS,
        "behaviour = { kind = 'pictures', count = 3, within = '1m' }",
        &[Said { pictures: 3, ..SAID }],
        &[Said { pictures: 2, ..SAID }],
    ),
    case(
        AMOUNTS,
        "behaviour = { kind = 'files', count = 2, within = '1m' }",
        &[Said { files: &["a.zip", "b.zip"], ..SAID }],
        &[Said { files: &["a.zip"], ..SAID }],
    ),
    case(
        AMOUNTS,
        "behaviour = { kind = 'characters', count = 12, within = '1m' }",
        &[text("一二三四五六七八九十甲乙")],
        &[text("一二三四五六七八九十甲")],
    ),
    case(
        AMOUNTS,
        "behaviour = { kind = 'lines', count = 4, within = '1m' }",
        &[text("a\nb\nc\nd")],
        &[text("a b c d")],
    ),
    case(
        AMOUNTS,
        "behaviour = { kind = 'emoji', count = 4, within = '1m' }",
        &[text("🔥🔥🔥🔥")],
        &[text("好的🔥")],
    ),
    case(
        "kind `repeats`",
        "behaviour = { kind = 'repeats', count = 2, within = '1m' }",
        &[
            text("cheap parcels for everybody, ask"),
            Said { text: "Cheap parcels, for everybody! Ask", at_s: 1_010, ..SAID },
        ],
        &[
            text("cheap parcels for everybody, ask"),
            Said { text: "where is my parcel, it is late", at_s: 1_010, ..SAID },
        ],
    ),
    case(
        "kind `copies`",
        "behaviour = { kind = 'copies', count = 2, within = '1m' }",
        &[
            text("cheap parcels for everybody, ask"),
            Said { text: "cheap parcels for everybody ask", by: "mei", ..SAID },
        ],
        &[text("收到，谢谢"), Said { text: "收到，谢谢", by: "mei", ..SAID }],
    ),
    case(
        "kind `joins`",
        "behaviour = { kind = 'joins', count = 2, within = '1m' }",
        &[Said { joins: true, ..SAID }, Said { joins: true, by: "mei", ..SAID }],
        &[Said { joins: true, ..SAID }, Said { joins: true, by: "mei", at_s: 1_100, ..SAID }],
    ),
    case(
        NEWCOMERS,
        "behaviour = { kind = 'new_member', within = '1m' }",
        &[Said { joins: true, ..SAID }, Said { at_s: 1_030, ..SAID }],
        &[Said { joins: true, ..SAID }, Said { at_s: 1_090, ..SAID }],
    ),
    case(
        NEWCOMERS,
        "behaviour = { kind = 'early_message', count = 3 }",
        &[Said { earlier: Some(2), ..SAID }],
        &[Said { earlier: Some(3), ..SAID }],
    ),
    case("kind `edited`", "behaviour = { kind = 'edited' }", &[Said { edited: true, ..SAID }], &[SAID]),
    case(
        "kind `forwarded`",
        "behaviour = { kind = 'forwarded' }",
        &[Said { forwarded: true, ..SAID }],
        &[SAID],
    ),
    case(
        "kind `capitals`",
        "behaviour = { kind = 'capitals', count = 80 }",
        &[text("BUY THIS RIGHT NOW")],
        &[text("My ERP and VAT forms are late")],
    ),
    case(
        "`in = \"name\"`",
        "in = 'name'\nwords = ['官方客服']",
        &[Said { name: "官方 客服", ..SAID }],
        &[text("官方客服在哪")],
    ),
    case(
        EXEMPT,
        "words = ['广告']\nexempt_roles = ['admin']",
        &[text("广告")],
        &[Said { text: "广告", role: "admin", ..SAID }],
    ),
    case(
        EXEMPT,
        "words = ['广告']\nexempt_groups = ['sales']",
        &[text("广告")],
        &[Said { text: "广告", group: "sales", ..SAID }],
    ),
];

/// Whether the last of the messages breaks the rule.
fn fires(engine: &Engine, messages: &[Said]) -> bool {
    let mut activity = Activity::default();
    let mut fired = false;
    for said in messages {
        let (at_ms, roles) = (said.at_s * 1_000, [said.role]);
        let links: Vec<TextLink<'_>> = said.link.into_iter().collect();
        let mut message = if said.joins {
            Message::joining(said.by, said.name, at_ms)
        } else {
            Message::new(said.text).by(said.by, Some(said.name)).at(at_ms)
        };
        message = message.in_group(said.group).with_roles(&roles).with_links(&links);
        message = message.with_files(said.files, said.pictures).marked(said.edited, said.forwarded);
        message.mentions = Some(said.mentions);
        message.earlier_messages = said.earlier;
        fired = engine.check_with(&message, &mut activity).hits.iter().any(|hit| hit.rule.as_str() == "it");
    }
    fired
}

fn engine(keys: &str) -> Engine {
    let parameters = Parameters {
        brands: vec!["Starmarket".into()],
        own_domains: vec!["starmarket.com".into()],
        allow_domains: vec!["docs.example.org".into()],
    };
    let policy = format!(
        "version = 1\ndeny_domains = ['bad.example.com']\n\
         [[rule]]\nid = 'it'\ntitle = {{ en = 'It', zh-CN = '它' }}\n{keys}\n"
    );
    match Policy::load(&policy, &parameters, &|name| Err(name.to_owned())) {
        Ok(policy) => Engine::new(policy),
        Err(faults) => panic!("{keys}: {}", faults[0]),
    }
}

#[test]
fn each_counterpart_finds_its_case_and_leaves_its_neighbour_alone() {
    let mut wrong = Vec::new();
    for case in CASES {
        let engine = engine(case.keys);
        if !fires(&engine, case.finds) {
            wrong.push(format!(
                "{} | {} | does not find {:?}",
                case.line,
                case.keys,
                case.finds.last().map(|s| s.text)
            ));
        }
        if fires(&engine, case.leaves) {
            wrong.push(format!(
                "{} | {} | finds {:?}",
                case.line,
                case.keys,
                case.leaves.last().map(|s| s.text)
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_learner_finds_what_no_rule_names_and_leaves_a_question_alone() {
    let policy = Policy::parse("version = 1\n[learner]\nflag_from_percent = 60\n").unwrap();
    let engine = Engine::new(policy).with_learner(Learner::starter().clone());
    let found = |text| !engine.check(&Message::new(text)).hits.is_empty();
    assert!(found("手机兼职，日结两百，名额不多，想做的加我"));
    assert!(!found("请问运费怎么算"));
}

#[test]
fn violations_add_up_on_the_ladder_and_wear_off() {
    let policy =
        Policy::parse("version = 1\n[ladder]\nsteps = ['warn', 'mute 1d', 'ban']\nwindow = '30d'\n").unwrap();
    let day_ms = 86_400_000;
    let offence = |day: i64| Offence { at_ms: day * day_ms, points: 1 };
    let after = |offences: Vec<Offence>| {
        ladder::decide(policy.ladder(), &History { offences, ..History::default() }, 40 * day_ms, 1).sanction
    };
    assert_eq!(after(vec![]), Sanction::Warn);
    assert_eq!(after(vec![offence(30), offence(35)]), Sanction::Ban);
    assert_eq!(
        after(vec![offence(1), offence(5)]),
        Sanction::Warn,
        "as old as the window they are forgotten"
    );
}

#[test]
fn every_line_of_the_table_is_tried() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/features/moderation.md"))
            .unwrap();
    let table = page.split("| here | Zeppelin automod |").nth(1).unwrap();
    let lines: Vec<&str> = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split(" | ").next().unwrap().trim_start_matches('|').trim())
        .collect();
    assert!(lines.len() > 15, "{lines:?}");
    let tried_below = |line: &str| line.starts_with("the learner") || line == "ladder";
    let untried: Vec<&&str> = lines
        .iter()
        .filter(|line| !tried_below(line) && !CASES.iter().any(|case| case.line == **line))
        .collect();
    assert!(untried.is_empty(), "no case for {untried:?}");
    let gone: Vec<&str> = CASES.iter().map(|case| case.line).filter(|line| !lines.contains(line)).collect();
    assert!(gone.is_empty(), "no line for {gone:?}");
}
