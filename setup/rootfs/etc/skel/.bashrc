# Your own settings for interactive shells. The prompt and the rest come from /etc/bash.bashrc.
