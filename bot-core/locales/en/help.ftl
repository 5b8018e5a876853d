# Help and the greeting.

feature-help = Help
command-help = Show what you can do here, or explain one command
    .usage = /help [COMMAND]
command-start = Greet me
    .usage = /start
help-hello = Hello { $name }. I am the helper of this merchant community.
help-here = Here you can use:
help-more = /help COMMAND explains one of them.
