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

# refresh_lists: the machine's package lists, unless they are of the last hour.
refresh_lists() {
    # The lists themselves have the archive's times, their folder has that of the last refresh.
    local lists=/var/lib/apt/lists
    if [ -z "$(find $lists -maxdepth 0 -mmin -60)" ] || ! compgen -G "$lists/*_Packages*" >/dev/null; then
        timed "apt-get update" apt-get -o DPkg::Lock::Timeout=300 update
    fi
}

# apt_install <package...>: from whatever sources the machine has.
apt_install() {
    refresh_lists
    timed "apt-get install $*" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# debian_mirror: the address of the machine's own Debian archive: DEBIAN_MIRROR, else read from its package sources.
debian_mirror() {
    local uri
    if [ -n "${DEBIAN_MIRROR:-}" ]; then
        printf '%s\n' "$DEBIAN_MIRROR"
        return
    fi
    refresh_lists
    # By its label, for the archive of security updates has the same origin.
    uri=$(apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
        awk -F'|' '$1 == "Debian" && $2 == "main" && !uri { uri = $3 } END { print uri }')
    [ -n "$uri" ] || fail "this machine's package sources name no Debian archive" \
        "Use a machine that reaches an image registry, or name images by POSTGRES_IMAGE and the like (eng/images --help)."
    printf '%s\n' "${uri%/}"
}
