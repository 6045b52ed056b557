# shellcheck shell=bash
# A bare Debian in a folder, and how to enter it.

# make_root SUITE ROOT: unless one was kept. What an interrupted run left is none:
# it has no ROOT.kept.
make_root() {
  local suite=$1 root=$2 mirror start=$SECONDS
  if [[ -d $root && -e $root.kept ]]; then
    rm "$root.kept"
    echo "the Debian is kept from an earlier run"
    return 0
  fi
  mirror=$(own_mirror)
  [[ -n $mirror ]] || die "apt's sources name no Debian mirror"
  echo "making a Debian $suite from $mirror …"
  remove_root "$root"
  # What it mounts and starts ends with its namespaces.
  if ! killed_after 1200 unshare --mount --propagation private --pid --fork \
      --kill-child --mount-proc -- \
      debootstrap --variant=minbase "$suite" "$root" "$mirror" \
      > "$root.log" 2>&1 < /dev/null; then
    tail -n 20 "$root.log" | sed 's/^/    /'
    die "debootstrap failed ($root.log)"
  fi
  # How a mirror is reached (proxies and the like) is as on the machine itself.
  apt-config dump Acquire > "$root/etc/apt/apt.conf.d/90machine"
  # Nobody needs it after a power failure.
  echo force-unsafe-io > "$root/etc/dpkg/dpkg.cfg.d/bare"
  rm "$root.log"
  echo "made in $((SECONDS - start)) s"
}

# own_mirror: that of the machine's own apt sources that has its own release.
own_mirror() {
  local release
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' \
    'Created-By: Packages' | awk -v r="$release" \
    '$1 == r && $2 == "main" && !uri { uri = $3 } END { print uri }'
}

remove_root() {
  ! grep -qF " $1/" /proc/self/mountinfo || die "something is mounted in $1"
  rm -rf --one-file-system "$1"
}

# killed_after SECONDS COMMAND…: with 0 it has no limit. It does not outlive
# this shell.
killed_after() {
  setpriv --pdeathsig KILL timeout --foreground -s KILL "$1" \
    setpriv --pdeathsig KILL "${@:2}"
}

# enter SECONDS ROOT [COMMAND ARGUMENT…]: as root of the Debian, where it is alone:
# all that it started ends with it, and all that is mounted. Default: a shell.
enter() {
  # shellcheck disable=SC2016 # for the shell inside
  killed_after "$1" unshare --mount --propagation private --pid --fork \
    --kill-child -- bash -c '
    set -e
    root=$1
    shift
    mount -n --bind "$root" "$root"
    cd "$root"
    mount -n -t proc proc proc
    mount -n --rbind /sys sys
    mount -n --rbind /dev dev
    mount -n -t tmpfs -o mode=755 tmpfs run
    mount -n -t tmpfs -o mode=1777 tmpfs tmp
    cp /etc/resolv.conf etc/resolv.conf
    cp /etc/hosts etc/hosts
    mkdir -p mnt/old
    pivot_root . mnt/old
    umount -n -l /mnt/old
    cd /
    # Not exec: process 1 must reap.
    env -i HOME=/root TERM="$TERM" LANG=C.UTF-8 \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:-bash}"
    ' bare "${@:2}"
}
