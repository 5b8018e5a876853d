# Requests to be let into a group.

join-request-card = { $name } asks to be let into “{ $group }”.
join-request-words = They say: “{ $words }”
join-request-merchants = Speaks for: { $merchants }
join-request-banned = A ban stands against them: { $cases }
join-request-name = Their name breaks a rule: { $en }
join-request-unknown = Nothing is known of them.
join-request-let-in = Let in
join-request-turn-away = Turn away
join-request-by = { $state } ({ $by })
join-request-open = Waits for a decision.
join-request-letting-in = Being let in.
join-request-turning-away = Being turned away.
join-request-is-in = They are in.
join-request-is-away = They were turned away.
join-request-gone = The request is not there any more: it was withdrawn, or an admin answered it.
join-request-not-allowed = Only moderators decide who is let in.
join-request-decided = This request was decided already.
join-request-failed = The request of { $name } to join “{ $group }” could not be answered: { $why }. Give the bot the right to invite people there, then decide again.
join-request-note = { $name } asks to be let in
