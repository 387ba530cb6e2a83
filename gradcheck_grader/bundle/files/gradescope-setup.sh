#!/usr/bin/env bash
# Gradescope runs this once, when the autograder is built. It makes a virtual environment with the
# grader in it, and leaves the system's python3 as it is: the platform's own tools run on that one.
#
# For machines without a network: GRADER_PYTHON names the Python to use, GRADER_SITE_PACKAGES a
# folder in which the grader's dependencies are installed already.
set -euo pipefail
unset PYTHONPATH PYTHONHOME

root=${AUTOGRADER_ROOT:-/autograder}
home=$root/grader
wheel=$(echo "$root"/source/wheels/*.whl)

# Prints the first Python that is new enough and can make environments by itself.
find_python() {
  local name
  for name in "${GRADER_PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3; do
    if [[ -n $name ]] && command -v "$name" >/dev/null &&
      "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

install_offline() {
  "$1" -m venv --without-pip "$home/venv"
  local packages
  packages=$("$home/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  "$1" -m zipfile -e "$wheel" "$packages"
  echo "$GRADER_SITE_PACKAGES" >"$packages/dependencies.pth"
}

install_with_pip() {
  "$1" -m venv "$home/venv"
  "$home/venv/bin/python" -m pip install --quiet "$wheel"
}

# uv brings a Python for this autograder alone where the image has none that will do.
install_with_uv() {
  if ! python3 -m pip --version >/dev/null 2>&1; then
    apt-get update -qq
    apt-get install -y -qq python3-pip
  fi
  python3 -m pip install --quiet --target "$home/uv" uv
  export UV_PYTHON_INSTALL_DIR=$home/python UV_NO_CACHE=1
  "$home/uv/bin/uv" venv --quiet --python '>=3.11' "$home/venv"
  "$home/uv/bin/uv" pip install --quiet --compile-bytecode --python "$home/venv/bin/python" "$wheel"
}

rm -rf "$home"
mkdir -p "$home"
if ! python=$(find_python); then
  echo "This image has no Python 3.11 or newer that can make environments; uv will bring one."
  install_with_uv
elif [[ -n ${GRADER_SITE_PACKAGES:-} ]]; then
  install_offline "$python"
else
  install_with_pip "$python"
fi

# What was handed in runs as nobody where the grader is root: it then cannot read the assignment.
if [[ $(id -u) == 0 ]]; then
  chmod -R go-rwx "$root/source"
fi

"$home/venv/bin/python" -I -m gradcheck_grader --version
"$home/venv/bin/python" -I -m gradcheck_grader doctor || true
