# The console's page of settings.

console-place-settings = Settings
setting-about = What the program is running with. It stands in the config file and in the environment, is read at start and changed there; docs/configuration.md says what each key means. Secrets are never shown.
setting-here = What is changed here
setting-policy = The moderation policy
setting-groups = Groups: what each is for, its language, what it shows
setting-webhooks = Webhooks
setting-staff = Staff and their roles
setting-macros = Macros
setting-none = The program was started without saying what it is configured with.
setting-key = Key
setting-value = Value
setting-from = From
setting-from-default = the default
setting-from-file = the config file
setting-from-environment = the environment
setting-from-program = the program itself
setting-set = set
setting-not-set = not set
setting-empty = empty
