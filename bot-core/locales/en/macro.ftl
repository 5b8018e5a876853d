# Macros: words that agents put into their answers.

macro-name-wrong = A name is one word of at most { $max } letters, digits, - or _.
macro-no-text = Write the words in one language at least.
macro-too-long = A text has at most { $max } characters.
macro-taken = There is a macro “{ $name }” already.
macro-changed-meanwhile = Somebody changed this macro meanwhile, so nothing was written over. Theirs stands in the list below; what you typed is still here.
macro-gone = This macro was taken away meanwhile.
