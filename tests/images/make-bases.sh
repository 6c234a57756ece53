# make-bases.sh DIR: DIR/builder.tar and DIR/base.tar, stand-ins for the two images that the
# Dockerfiles start from, for machines that reach no image registry. Needs root and debootstrap.
set -euo pipefail

target=$1
# What gcr.io/distroless/python3-debian13 is made of, by its own build files: python3/config.bzl,
# cc/config.bzl, base/config.bzl in https://github.com/GoogleContainerTools/distroless.
packages=(
    base-files netbase tzdata libc6 libssl3t64 libzstd1 zlib1g
    libgomp1 libstdc++6 libgcc-s1 gcc-14-base
    libbz2-1.0 libdb5.3t64 libexpat1 liblzma5 libsqlite3-0 libuuid1 libncursesw6 libtinfo6
    libcom-err2 libcrypt1 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0
    libnsl2 libreadline8t64 libtirpc3t64 libffi8
    libpython3.13-minimal libpython3.13-stdlib python3.13-minimal python3.13-venv
)

# Where this machine gets Debian from; without an answer debootstrap takes its own default.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Component: main' |
    head -n 1) || true
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

included=$(IFS=,; echo "${packages[*]}")
debootstrap --variant=minbase --include="python3,python3-pip,ca-certificates,$included" \
    trixie "$root/builder" ${mirror:+"$mirror"}

# As distroless does it: those packages unpacked and nothing that their installation would run. So
# there is no shell, and the standard library has no bytecode.
archives=$root/builder/var/cache/apt/archives
for package in "${packages[@]}"; do
    dpkg-deb --extract "$archives/${package}"_*.deb "$root/base"
done
ln -sf python3.13 "$root/base/usr/bin/python3"
mkdir -p "$root/base/etc/ssl/certs" "$root/base/home/nonroot"
cp "$root/builder/etc/ssl/certs/ca-certificates.crt" "$root/base/etc/ssl/certs/"
printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' \
    'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$root/base/etc/passwd"
printf '%s\n' 'root:x:0:' 'nonroot:x:65532:' >"$root/base/etc/group"

rm -rf "$archives"/*.deb "$root"/builder/var/lib/apt/lists/*
mkdir -p "$target"
for name in builder base; do
    # Renamed when it is whole, so that an interrupted run leaves none that looks finished.
    tar -C "$root/$name" -c . >"$target/$name.tar.part"
    mv "$target/$name.tar.part" "$target/$name.tar"
done
