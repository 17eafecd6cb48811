#!/usr/bin/env bash
# The steps of action.yml. Inputs come as INPUT_* variables, never as program text.
set -euo pipefail

bin="${RUNNER_TEMP:?}/docagent/bin"
: "${INPUT_MODE:=gen}"

# A name for this very source, under which its program is cached.
key() {
  cd "$GITHUB_ACTION_PATH"
  local hash
  hash="$(find Cargo.toml Cargo.lock rust-toolchain.toml src templates prompts -type f | LC_ALL=C sort |
    git hash-object --stdin-paths | git hash-object --stdin)"
  echo "key=$hash" >>"$GITHUB_OUTPUT"
}

install() {
  cd "$GITHUB_ACTION_PATH"
  cargo install --locked --path . --root "$RUNNER_TEMP/docagent"
}

# What git sees as changed: the same before and after if the run wrote nothing new.
changes() {
  git -C "$INPUT_PATH" status --porcelain=v1 --untracked-files=all 2>/dev/null || true
}

run() {
  case "$INPUT_MODE" in
    gen | check) ;;
    *)
      echo "::error title=docagent::mode is \`gen\` or \`check\`, not \`$(annotation "$INPUT_MODE")\`"
      exit 2
      ;;
  esac
  local command=(docagent "$INPUT_MODE") extra=()
  read -r -d '' -a extra <<<"$INPUT_ARGS" || true
  if [ "$INPUT_MODE" = gen ] && [ -n "$INPUT_MAX_COST" ]; then command+=(--max-cost "$INPUT_MAX_COST"); fi
  command+=(${extra[@]+"${extra[@]}"} -- "$INPUT_PATH")
  if [ -n "$INPUT_MODEL" ]; then export DOCAGENT_MODEL="$INPUT_MODEL"; fi
  if [ -n "$INPUT_BASE_URL" ]; then export OPENAI_BASE_URL="$INPUT_BASE_URL"; fi
  if [ -n "$INPUT_API_KEY" ]; then export OPENAI_API_KEY="$INPUT_API_KEY"; fi
  export PATH="$bin:$PATH"

  local report="$RUNNER_TEMP/docagent-report.txt" errors="$RUNNER_TEMP/docagent-errors.txt" before code token
  before="$(changes)"
  # What the run prints may quote the repository: none of it is a command to the runner.
  token="$(git hash-object --stdin <<<"$RANDOM $RANDOM $RANDOM $SECONDS $$")"
  echo "::stop-commands::$token"
  set +e
  { "${command[@]}" 2>&1 >&3 | tee "$errors" >&2; code="${PIPESTATUS[0]}"; } 3>"$report"
  set -e
  cat "$report"
  echo "::$token::"
  {
    echo "exit-code=$code"
    echo "report=$report"
    if [ "$before" = "$(changes)" ]; then echo "changed=false"; else echo "changed=true"; fi
  } >>"$GITHUB_OUTPUT"
  summary "$report" "$errors" >>"$GITHUB_STEP_SUMMARY"
  if [ "$code" != 0 ]; then
    echo "::error title=docagent::$(annotation "$(grep -m 1 '^error' "$errors" || echo "\`docagent $INPUT_MODE\` ended with exit code $code")")"
  fi
  exit "$code"
}

# The run's words for the summary page. They may quote the repository, so they are text there and nothing else.
summary() {
  echo "### \`docagent $INPUT_MODE\`"
  local file
  for file in "$@"; do
    if [ -s "$file" ]; then
      echo "<pre>"
      head -c 60000 "$file" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g'
      echo "</pre>"
    fi
  done
}

# Text as a workflow command takes it.
annotation() {
  local text="$1"
  text="${text//'%'/%25}"
  text="${text//$'\r'/%0D}"
  printf '%s' "${text//$'\n'/%0A}"
}

"$1"
