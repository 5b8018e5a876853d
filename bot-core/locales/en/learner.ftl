# The learner: what moderators' decisions taught it.

feature-learner = What decisions teach
command-learner = Show which version of the learner is in force; train it on what moderators decided, or go back
    .usage = /learner, /learner train, or /learner reset
learner-not-allowed = Only moderators can look at the learner.
learner-reset-not-allowed = Only admins can take the learner back to what it came with.
learner-unknown-word = Say /learner, /learner train or /learner reset.
learner-busy = A training is under way. Ask again in a minute.
learner-nothing = No moderator has upheld or dismissed a flagged message yet, so there is nothing to learn from.
learner-begun = Training on { $count } decisions has begun. /learner shows when it is in force.
learner-was-reset = The learner is back to what it came with.
learner-shown = Version { $version } is in force, trained on { $count } decisions of moderators besides its own samples. { $waiting } decisions are there now.
learner-shown-own = Version { $version }, the one that the program came with, is in force. { $waiting } decisions of moderators are there to learn from.
learner-shown-refused = Version { $version } is in force. Version { $refused } was refused: { $why }. { $waiting } decisions are there now.
learner-note-in-force = learner version { $version } is in force, trained on { $count } decisions
learner-note-refused = learner version { $version } was refused, it would have been worse
