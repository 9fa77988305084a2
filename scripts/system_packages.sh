#!/bin/sh
# What the tests need from the system: a PostgreSQL server, Postfix's tools, openssl, Chromium, SpamAssassin with its rules,
# Dovecot, 7-Zip, and strace, which ends a process at one system call. They are only used as programs; no service is started by what happens here.
# As root: installs what is missing. Otherwise: names it; the tests that need it skip and say so.
set -eu

has_postgresql() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

has_postfix() {
    PATH="$PATH:/usr/sbin:/sbin" command -v postfix >/dev/null 2>&1 && PATH="$PATH:/usr/sbin:/sbin" command -v smtp-sink >/dev/null 2>&1
}

has_openssl() {
    command -v openssl >/dev/null 2>&1
}

has_chromium() {
    command -v chromium >/dev/null 2>&1
}

has_strace() {
    command -v strace >/dev/null 2>&1
}

has_dovecot() {
    PATH="$PATH:/usr/sbin:/sbin" command -v dovecot >/dev/null 2>&1 && [ -e /usr/lib/dovecot/imap ]
}

has_spamassassin() {
    command -v spamassassin >/dev/null 2>&1
}

has_seven_zip() {
    command -v 7z >/dev/null 2>&1 || command -v 7zz >/dev/null 2>&1
}

missing=""
has_postgresql || missing="$missing postgresql"
has_postfix || missing="$missing postfix"
has_openssl || missing="$missing openssl"
has_chromium || missing="$missing chromium"
has_strace || missing="$missing strace"
has_dovecot || missing="$missing dovecot-imapd"
has_spamassassin || missing="$missing spamassassin"
has_seven_zip || missing="$missing 7zip"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing here:$missing. The tests that need them are skipped by name."
    echo "To run them too: sudo apt-get install$missing"
    exit 0
fi

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d/no-main-cluster.conf
own_policy=no
own_clusters=no

tidy() {
    if [ "$own_policy" = yes ]; then rm -f "$policy"; fi
    if [ "$own_clusters" = yes ]; then
        rm -f "$clusters"
        rmdir "$(dirname "$clusters")" 2>/dev/null || true # somebody else's file may lie there by now
    fi
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM

if [ ! -e "$policy" ]; then
    own_policy=yes
    printf '#!/bin/sh\nexit 101\n' > "$policy" # 101: "action forbidden by policy"
    chmod 755 "$policy"
fi
if [ ! -e "$clusters" ]; then
    own_clusters=yes
    mkdir -p "$(dirname "$clusters")"
    echo 'create_main_cluster = false' > "$clusters"
fi

export DEBIAN_FRONTEND=noninteractive
export UCF_FORCE_CONFFOLD=1
echo "Installing$missing"
if command -v debconf-set-selections >/dev/null 2>&1; then
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
fi
# shellcheck disable=SC2086 # the names are to be split
if ! { apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } </dev/null >&2; then
    echo "Could not install$missing; the tests that need them are skipped by name."
fi
