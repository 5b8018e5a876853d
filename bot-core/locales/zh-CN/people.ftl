people-tier-none = 新商家
people-tier-heart = 红心
people-tier-diamond = 钻石
people-tier-crown = 皇冠
people-contact-decision-maker = 负责人
people-contact-admin = 管理员
people-contact-operator = 运营人员
