#!/bin/sh
# Set a machine up: `setup.sh build VENV` for making editions, `setup.sh test VENV` for the tests as well.
# Installs system libraries where it may, and says what to run where it may not.
set -eu

purpose=$1
venv=$2
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")/.." && pwd)

say() { printf '%s\n' "publisher: $*"; }
fail() { printf '%s\n' "publisher: $*" >&2; exit 4; }

# Debian package names; $1 is the purpose.
debian_packages() {
    case $1 in
    build) echo "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" ;;
    test) echo "gettext poppler-utils default-jre-headless libreoffice-writer-nogui fonts-noto-core fonts-hosny-amiri chromium apertium-eng-spa locales" ;;
    esac
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 9
    fi
}

install_system() {
    packages=$(debian_packages "$1")
    if command -v apt-get >/dev/null 2>&1; then
        say "installing system packages: $packages"
        status=0
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || status=$?
        [ $status -eq 9 ] && return 9
        # One at a time after a failure: names differ a little between releases.
        # shellcheck disable=SC2086
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1 && return 0
        for package in $packages; do
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
                say "could not install $package"
        done
        return 0
    fi
    if [ "$(uname)" = Darwin ] && command -v brew >/dev/null 2>&1; then
        case $1 in
        build) brew install -q pango ;;
        test) brew install -q gettext poppler openjdk ;;
        esac
        return 0
    fi
    return 9
}

how_to_install() {
    if [ "$(uname)" = Darwin ]; then
        case $1 in
        build) echo "brew install pango" ;;
        test) echo "brew install gettext poppler openjdk && brew install --cask libreoffice chromium" ;;
        esac
    else
        echo "sudo apt-get install $(debian_packages "$1")"
    fi
}

command -v "$python" >/dev/null 2>&1 || fail "Python is missing. Run: sudo apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old; Python 3.11 or newer is needed. Run make with PYTHON=python3.11"

if [ ! -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv" 2>/dev/null || {
        rm -rf "$venv"
        fail "the virtual environment cannot be made. Run: sudo apt-get install python3-venv"
    }
fi
pip="$venv/bin/python -m pip --disable-pip-version-check -q"

case $purpose in
build)
    say "installing Python packages into $venv"
    $pip install -c "$here/constraints.txt" -e "$here" || fail "the Python packages cannot be installed (see above)"
    if ! "$venv/bin/python" -c 'import weasyprint' >/dev/null 2>&1; then
        install_system build || true
        "$venv/bin/python" -c 'import weasyprint' >/dev/null 2>&1 ||
            fail "the Pango library is missing and cannot be installed without rights. Run: $(how_to_install build)"
    fi
    touch "$venv/ready"
    ;;
test)
    say "installing the tests' Python packages into $venv"
    $pip install -c "$here/constraints.txt" -e "$here[mt,verify,test,cjk]" || fail "the Python packages cannot be installed (see above)"
    missing=
    for program in msgfmt pdftotext java soffice chromium; do
        command -v $program >/dev/null 2>&1 || missing="$missing $program"
    done
    if [ -n "$missing" ]; then
        install_system test || say "tests that need$missing will be skipped. To run them: $(how_to_install test)"
    fi
    touch "$venv/ready-test"
    ;;
*) fail "setup.sh: unknown purpose $purpose" ;;
esac
