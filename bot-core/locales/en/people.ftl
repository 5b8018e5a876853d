# People: who somebody is to us, which identities are one person, who works here.

feature-people = You and others
command-me = Show who you are to us: shop, tier, language
    .usage = /me
command-language = Choose your language
    .usage = /language zh|en
command-link = Link your identities: /link gives a code, send it from the other one
    .usage = /link [CODE]
command-whois = Show who somebody is: identities, shops, tier, tags
    .usage = /whois WHO
command-person = Say that two identities are one person, or take it back
    .usage = /person join WHO WHO · /person part WHO

people-tier-none = newcomer
people-tier-heart = heart
people-tier-diamond = diamond
people-tier-crown = crown
people-contact-decision-maker = decision maker
people-contact-admin = admin
people-contact-operator = operator

people-language-en = English
people-language-zh = Chinese
people-language-none = language not known
people-languages = I speak Chinese (zh) and English (en).
people-language-is = I speak { $language } with you. Change it with { $usage }
people-language-set = From now on I speak { $language } with you.

people-me-staff = You work here as { $name } ({ $roles }).
people-me-nobody = You are not linked to a shop yet. Tell the staff which shop is yours.
people-me-shop = { $shop } · { $tier } · { $category } · you are { $role }
people-me-users = Your identities: { $names }
people-me-language = Language: { $language } (/language changes it)
people-me-hint = Use another platform too? /link makes the two one.

people-whois-staff = Works here as { $name } ({ $roles })
people-whois-no-shop = No shop
people-whois-joined = { $count ->
    [one] One other person was joined into this one; /person part takes it back
   *[other] { $count } other persons were joined into this one; /person part takes the last one back
}

people-person-acts = The choice is join or part.
people-join-same = They are one person already.
people-join-staff = Staff are not joined by others. They link their identities themselves, with /link.
people-joined = { $joined } is now one person with { $kept }. /person part takes it back.
people-part-none = Nobody was joined into this person.
people-part-younger = Something was joined later. First take that back: /person part { $who }
people-part-staff = Only an admin parts an identity from staff.
people-parted = On their own again: { $names }

people-link-made = Your code is { $code }. Within 10 minutes, send /link { $code } to me in private from your other identity. Give it to nobody: whoever sends it counts as you.
people-link-wrong = This code is wrong or no longer good. Codes live 10 minutes and work once.
people-link-throttled = Too many wrong codes. Please try again in 10 minutes.
people-link-already = This identity is linked already.
people-link-taken = This identity belongs to somebody else who works here. An admin can unlink it first.
people-link-make-it-here = You work here. Make the code with this identity (/link) and send it from the other one.
people-link-public = This code was sent where others can read it, so it is void. Make a new one and send it to me in private.
people-link-ask = This code is from { $names }. Is that you too? Then I treat both as one person.
people-link-yes = Yes, that is me
people-link-no = No
people-link-refused = Nothing was linked, and the code is void.
people-link-joined = Done. Both identities are one person to us.
people-linked = Welcome, { $name }. This identity is linked to your staff account ({ $roles }). /help shows what you can do.
people-no-staff = Nobody works here under this id.
people-staff-incomplete = A name and at least one role are needed.
people-last-admin = Somebody has to stay admin. Make another one first.

people-note-throttled = too many wrong link codes; not looked at
people-note-linked = this identity is { $name } now
people-note-joined = { $name } was joined
people-note-parted = joined no longer: { $names }

people-import-not-allowed = Your role does not edit merchants.
people-import-too-wide = It has more cells than there are columns. Text with the separator in it belongs between quotation marks.
people-import-nameless = It has neither a name nor an id.
people-import-bad-name = “{ $name }” has invisible characters, or is longer than 48.
people-import-bad-tier = “{ $word }” is no tier. They are none, heart, diamond and crown.
people-import-bad-word = “{ $word }” is not one word of 40 characters at most.
people-import-many-tags = These are more than { $n } tags.
people-import-no-such = No merchant has the id { $id }.
people-import-several = Several merchants are called so. Give the id of the one that is meant.
people-import-twice = The same merchant stands on line { $line } already.
people-import-no-category = A new merchant needs a category.
people-fact-bad-id = An id from another system has 1 to { $max } characters and no control characters.
people-fact-no-account = There is no account “{ $account }” here.
people-fact-bad-kind = The kind of an event has 1 to { $max } small letters, digits, “_”, “.” or “-”.
people-fact-long-detail = The detail of an event has { $max } bytes at most.
people-fact-bad-time = The time of an event is no time.
