# Shared by the scripts of this folder: progress lines, errors, root. Sourced, never run.
# Everything meant for people goes to stderr, so that a script's stdout stays free for what it answers.

# What this project builds and starts carries this label, so that it can be told from everything else on the machine.
LABEL=org.sagas.project=sagas

say() { printf '%s\n' "$*" >&2; }

# fail <what was wrong> [<what to do>]
fail() {
    say "error: $1"
    [ $# -lt 2 ] || say "       $2"
    exit 1
}

# timed <what> <command...>: says how long the command took; shows its output only if it fails.
timed() {
    local what=$1 log start=$SECONDS
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1 </dev/null; then
        say "  $what: $((SECONDS - start)) s"
        rm -f "$log"
    else
        tail -n 40 "$log" >&2
        rm -f "$log"
        fail "$what failed after $((SECONDS - start)) s (its last lines are above)"
    fi
}

have() { command -v "$1" >/dev/null 2>&1; }

is_debian_root() { [ "$(id -u)" = 0 ] && have apt-get; }

# apt_install <package...>: from whatever sources the machine has. The lists are refreshed once a day at most.
apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit 2>/dev/null)" ]; then
        timed "apt-get update" apt-get -o DPkg::Lock::Timeout=300 update
    fi
    timed "apt-get install $*" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# debian_mirror: the address of the machine's own Debian archive, read from its package sources.
debian_mirror() {
    local uri
    uri=$(apt-get indextargets --format '$(ORIGIN)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F'|' '$1 == "Debian" && $2 == "main" { print $3; exit }')
    [ -n "$uri" ] || fail "this machine's package sources name no Debian archive" \
        "Use a machine that reaches an image registry, or name images by POSTGRES_IMAGE and the like (eng/images --help)."
    printf '%s\n' "${uri%/}"
}
