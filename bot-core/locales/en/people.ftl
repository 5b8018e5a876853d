people-tier-none = newcomer
people-tier-heart = heart
people-tier-diamond = diamond
people-tier-crown = crown
people-contact-decision-maker = decision maker
people-contact-admin = admin
people-contact-operator = operator
