# Read by every interactive bash of a Machine: directly, or through /etc/profile by a login shell.
[ -z "$PS1" ] && return

case :$PATH: in
  *:/usr/sbin:*) ;;
  *) PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin ;;
esac
export PATH LANG=${LANG:-C.UTF-8}

shopt -s checkwinsize histappend
HISTCONTROL=ignoredups
HISTSIZE=10000
HISTFILESIZE=20000

# "Semantic prompts" (FinalTerm's OSC 133): A before the prompt, B after it, C when a command starts, D;status when it
# has ended. C is in PS0, which bash prints after it has read a command; the expansion there prints nothing and only
# remembers that one was read, so that an empty line gives no D. Nothing is exported: other shells have no marks.
__mark_ran=0
__mark_end() {
  local status=$?
  if ((__mark_ran)); then
    printf '\e]133;D;%d\a' "$status"
    __mark_ran=0
  fi
}

if [ "$TERM" = dumb ]; then
  PS1='\u@\h:\w\$ '
else
  PROMPT_COMMAND=__mark_end
  PS0='\e]133;C\a${__mark_ran:$((__mark_ran = 1, 0)):0}'
  if [ "$EUID" -eq 0 ]; then
    PS1='\[\e]133;A\a\e[1;36m\]\u@\h:\w\$\[\e[0m\] \[\e]133;B\a\]'
  else
    PS1='\[\e]133;A\a\e[1;32m\]\u@\h:\w\$\[\e[0m\] \[\e]133;B\a\]'
  fi
  alias ls='ls --color=auto' grep='grep --color=auto' diff='diff --color=auto'
fi
alias ll='ls -l' la='ls -A'

# bash-completion takes longer to read than the rest of a shell's start: it is loaded by the first Tab that needs it.
__load_completion() {
  complete -r -D
  . /usr/share/bash-completion/bash_completion
  _completion_loader "$@"
}
if [ -r /usr/share/bash-completion/bash_completion ] && ! shopt -oq posix; then
  complete -D -F __load_completion -o bashdefault -o default
fi
