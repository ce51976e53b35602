# shellcheck shell=bash
# Start at boot, by systemd. The unit runs the same `up`, which returns when the server is ready; the pid file says which
# process it is (Type=forking).

# HOMECLOUD_UNIT_DIRECTORY: where --service writes the systemd unit; /etc/systemd/system when absent.
# HOMECLOUD_UNIT (internal): set by that unit, so that up and down know who calls.
readonly UNIT=homecloud.service UNIT_DIRECTORY=${HOMECLOUD_UNIT_DIRECTORY:-/etc/systemd/system}

write_unit() {
  local unit=$UNIT_DIRECTORY/$UNIT cache=''
  [[ -z ${HOMECLOUD_CACHE:-} ]] || cache=$'\n'"Environment=\"HOMECLOUD_CACHE=$CACHE\""
  [[ ! -e $unit ]] || grep -qxF "PIDFile=$DATA/run/homecloud.pid" "$unit" ||
    refused "$unit starts an installation in another directory"
  install -d -- "$UNIT_DIRECTORY"
  cat >"$unit.new" <<TEXT
[Unit]
Description=homecloud
After=local-fs.target network.target
RequiresMountsFor=$DATA

[Service]
Type=forking
PIDFile=$DATA/run/homecloud.pid
Environment=HOMECLOUD_UNIT=1$cache
ExecStart="$ROOT/homecloud" up --data $DATA
ExecStopPost=-"$ROOT/homecloud" down --data $DATA
SuccessExitStatus=143
KillMode=mixed
Restart=on-failure
RestartSec=5
TimeoutStartSec=900
TimeoutStopSec=270

[Install]
WantedBy=multi-user.target
TEXT
  mv -- "$unit.new" "$unit"
}

systemd_runs() { [[ -d /run/systemd/system ]] && command -v systemctl >/dev/null; }

# Has systemd this installation in its care, and is it not systemd itself that asks?
started_by_systemd() {
  [[ -z ${HOMECLOUD_UNIT:-} ]] && systemd_runs && grep -qsxF "PIDFile=$DATA/run/homecloud.pid" "$UNIT_DIRECTORY/$UNIT"
}

start_unit() {
  step "starting through systemd"
  unlock_installation
  systemctl daemon-reload
  systemctl start "$UNIT" || failed "systemctl start $UNIT failed; see journalctl -u $UNIT"
  lock_installation
  running || failed "$UNIT started and is gone again; see journalctl -u $UNIT"
}

stop_unit() {
  step "stopping through systemd"
  unlock_installation
  systemctl stop "$UNIT" || failed "systemctl stop $UNIT failed; see journalctl -u $UNIT"
  step "stopped"
}

enable_unit() {
  if systemd_runs; then
    systemctl -q enable "$UNIT"
    step "systemd starts it at boot ($UNIT_DIRECTORY/$UNIT)"
    systemctl is-active -q "$UNIT" || step "until then, or until ./homecloud down and up, it runs without systemd's care"
  else
    step "$UNIT_DIRECTORY/$UNIT was written, but systemd is not running here: nothing starts at boot until it is and \"systemctl enable homecloud\" was called"
  fi
}
