# What the program itself says, whatever the feature.

command-missing = { $what } Usage: { $usage }
command-wrong = “{ $found }” does not fit. { $what } Usage: { $usage }
command-too-much = “{ $what }” is too much. Usage: { $usage }
command-needs-who = Say whom: reply to their message, mention them, or give their id.
command-needs-duration = Say for how long, such as 10m, 2h or 1d.
command-needs-words = Something is missing.
who-unknown = I do not know “{ $who }”. They have to write here once first, or you give their id.
who-nobody = That message was not written by a member.
who-unseen = I have not seen that message. Mention them, or give their id.
who-several = Several people are called “{ $who }”. Give the id of one of them: { $ids }
command-unknown = There is no command /{ $name }. /help lists what you can do.
command-unknown-near = There is no command /{ $name }. Did you mean /{ $near }?
command-not-allowed = Your role does not allow /{ $name }.
command-not-here = /{ $name } works { $place }.
place-staff = in the staff chat
place-direct = in the private chat with me
place-group = in groups
place-staff-or-direct = in the staff chat and in the private chat with me
button-expired = This button is no longer good.
button-not-yours = This button is for somebody else.
note-rejected = { $what } was refused: { $why }
note-unknown = { $what } went out, and no answer came: { $why }
