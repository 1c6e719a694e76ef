# Sourced by tools/demo.sh and tests/run.sh: sees to Debian packages.
#
# need_packages NAME...  installs those that are missing, with apt-get, as root or through sudo.
# Nothing is fetched where all are there; a system without dpkg is taken to have what is needed.

need_packages()
{
    local name state as_root=() missing=()
    command -v dpkg-query > /dev/null || return 0
    for name in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2> /dev/null || true)
        [[ $state == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        command -v sudo > /dev/null || {
            echo "missing packages: ${missing[*]}; install them, or run this as root" >&2
            return 1
        }
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

# What the library and the tool are built from.
build_packages=(cmake ninja-build gcc g++ libc6-dev pkg-config libicu-dev libstemmer-dev libzstd-dev
    libxxhash-dev libxml2-dev libjson-c-dev zlib1g-dev libzip-dev libmd4c-dev libpoppler-glib-dev
    libsimdjson-dev gettext)
