//! The shipped policy on what merchants really write, and on what spammers do.

use moderation::policy::Around;
use moderation::{Engine, Message, Outcome, Parameters, Policy};

fn engine() -> Engine {
    engine_of(Policy::default_merchant_toml())
}

fn engine_of(toml: &str) -> Engine {
    match Policy::parse(toml) {
        Ok(policy) => Engine::new(policy),
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn outcomes(texts: &[&str]) -> Vec<(Outcome, String)> {
    let engine = engine();
    texts
        .iter()
        .map(|text| {
            let verdict = engine.check(&Message::new(text));
            let hits: Vec<_> =
                verdict.hits.iter().map(|hit| (hit.rule.as_str(), hit.score, &hit.spans)).collect();
            (verdict.outcome, format!("{text} → {hits:?}"))
        })
        .collect()
}

#[test]
fn ordinary_business_passes() {
    let texts = [
        "微信支付怎么开通？",
        "刷卡机坏了找谁修",
        "提现一直不到账",
        "发票怎么开，能开专票吗",
        "这下遇到大麻烦了",
        "出大麻烦了，订单全没了",
        "我们是华东区代理商",
        "店铺被判刷单违规，怎么申诉",
        "银行卡绑定失败",
        "POS机能收银行卡吗",
        "新款床上四件套，纯棉的，99元一套",
        "接收号码一直收不到验证码",
        "验证码收不到怎么办",
        "手机跑分高不高不重要",
        "广告费怎么充值，充值有返点吗",
        "退款要几千元，三天到账",
        "推荐一个好用的进销存软件",
        "平台客服能加微信吗",
        "这个月日入5000单",
        "保证金冻结了怎么办",
        "草泥马公仔还有货吗",
        "反洗钱审核要多久",
        "彩票机纸能卖吗",
        "没有稳赚不赔的生意",
        "客服电话打不通",
        "Greetings from Scunthorpe!",
        "What is the best method to withdraw?",
        "My account was suspended, what can I do?",
        "How do I get an invoice for the ad fees?",
        "Our agent sells 300 units a day",
        "Can customers pay by card?",
        "I never got the verification code",
        "The shuttlecocks and assassin figures sold out",
        "平台没有把验证码发给我",
        "please send me the verification code again",
        "我的店铺被冻结了，点击申诉链接 https://seller.example/appeal 打不开",
        "手机壳一天100多单",
        "招兼职客服，要求会打字",
        "全国门店开具发票",
        "买粉丝送调料，火锅粉丝",
        "the bank logs me out every time",
        "30-day guaranteed returns on all orders",
        "跟单老师什么时候在",
        "警惕刷单返利骗局",
        "加video教程可以吗",
        "平台客服可以加微信吗 thanks",
        "seaweed snacks 10 for $5",
    ];
    for (outcome, seen) in outcomes(&texts) {
        assert_eq!(outcome, Outcome::Pass, "{seen}");
    }
}

#[test]
fn what_no_honest_merchant_writes_is_acted_on() {
    let texts = [
        "官方客服请加微信 kefu_8899",
        "您的店铺已被冻结，请点击 https://shop-verify.example 处理",
        "把你的验证码发给我",
        "宝妈在家兼职，日赚300",
        "招刷手，刷单兼职",
        "出售大麻",
        "卖 冰毒",
        "真人荷官在线发牌，首存送88",
        "澳门新葡京欢迎您",
        "裸聊找我",
        "高价收号，长期有效",
        "收购银行卡四件套",
        "各地代开发票，点位低",
        "爆粉软件低价",
        "你个傻逼",
        "Ｆｕｃｋ\u{200B} you",
        "Double Your Bitcoin today",
        "Selling verified Amazon accounts",
        "Your shop will be suspended! Please click https://evil.example",
        "selling pure cocaine",
        "get 100 FREE SPINS now",
        "send me your verification code",
        "加我微信 lin_shop88",
    ];
    for (outcome, seen) in outcomes(&texts) {
        assert_eq!(outcome, Outcome::Act, "{seen}");
    }
}

#[test]
fn what_may_be_a_question_is_never_acted_on() {
    let texts = [
        "平台允许卖大麻吗",
        "平台禁止出售大麻",
        "平台能代开发票吗，联系谁",
        "有群发软件吗",
        "招打包，日结150",
        "平台可以代开发票吗",
        "信用卡套现会封店吗",
        "有人在群里聊赌博",
    ];
    for (outcome, seen) in outcomes(&texts) {
        assert_ne!(outcome, Outcome::Act, "{seen}");
    }
}

#[test]
fn the_presets_on_it_stand() {
    for preset in moderation::policy::PRESETS {
        let deployment = Parameters {
            brands: vec!["Starmarket".into()],
            own_domains: vec!["starmarket.com".into()],
            allow_domains: Vec::new(),
        };
        let none = |name: &str| Err(name.to_owned());
        let policy = Policy::load(Policy::preset(preset).unwrap(), &deployment, &none).unwrap();
        assert_eq!(policy.findings(&Around::default()), [], "{preset}");
        assert!(policy.rules().len() > 50);
    }
}

#[test]
fn every_dress_of_a_contact_is_seen() {
    let engine = engine();
    for text in ["🆅🆇：lin8899", "🅥🅧：lin8899", "ⓥⓧ：lin8899", "ｖｘ：lin8899", "v\u{200B}x：lin8899"]
    {
        let verdict = engine.check(&Message::new(text));
        assert_eq!(verdict.outcome, Outcome::Flag, "{text} {:?}", verdict.hits);
    }
}

#[test]
fn what_only_happens_to_sound_alike_is_nothing() {
    let words = "version = 1\n[[rule]]\nid = \"r\"\ntitle = { en = \"R\", zh-CN = \"规\" }\nviews = \"unsure\"\n\
                 words = [\"冰毒\", \"贩冰\", \"放冰\", \"冰代\", \"方便带\"]\nallow = [\"放冰袋\", \"放冰块\"]";
    for engine in [engine(), engine_of(words)] {
        let verdict = engine.check(&Message::new("放冰袋啊，不然到了就化了"));
        assert_eq!(verdict.outcome, Outcome::Pass, "{:?}", verdict.hits);
    }
}
