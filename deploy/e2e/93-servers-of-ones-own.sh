#!/usr/bin/env bash
# Installed into a cluster that has a PostgreSQL and a Kafka already, which are spoken to with TLS, with a plain Ingress under a
# name and with certificates of one's own. The database is empty; what is on the disks is adopted into it.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
volume=$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)
postgres=$(told statefulset/homecloud-postgres '{.spec.template.spec.containers[0].image}')
kafka=$(told statefulset/homecloud-kafka '{.spec.template.spec.containers[0].image}')
uninstall_homecloud

it "An authority, and a certificate for the servers and for the name."
name=cloud.example.org
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=Authority -keyout "$WORK/ca.key" -out "$WORK/ca.crt" 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=servers -CA "$WORK/ca.crt" -CAkey "$WORK/ca.key" \
  -addext "subjectAltName=DNS:database.servers.svc,DNS:broker.servers.svc,DNS:$name" -addext basicConstraints=critical,CA:FALSE \
  -keyout "$WORK/tls.key" -out "$WORK/tls.crt" 2>/dev/null
kubectl create namespace servers >/dev/null
secrets() {
  kubectl --namespace "$1" create secret tls certificate --cert "$WORK/tls.crt" --key "$WORK/tls.key" --dry-run=client --output yaml | kubectl --namespace "$1" apply -f - >/dev/null
}
secrets servers
secrets "$NAMESPACE"
k create secret generic authority --from-file "$WORK/ca.crt" --dry-run=client --output yaml | wish
k create secret generic outside --from-literal username=outsider --from-literal password=hT5wQm2xRz --dry-run=client --output yaml | wish

it "The servers. Kafka's TLS is ended before it."
kubectl --namespace servers apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: database, labels: {app: database}}
spec:
  securityContext: {fsGroup: 10001}
  containers:
    - name: postgres
      image: $postgres
      imagePullPolicy: Never
      args: [-c, ssl=on, -c, ssl_cert_file=/tls/tls.crt, -c, ssl_key_file=/tls/tls.key]
      env: [{name: HOMECLOUD_DB_USER, value: outsider}, {name: HOMECLOUD_DB_PASSWORD, value: hT5wQm2xRz}]
      readinessProbe: {exec: {command: [pg_isready, -q, -h, 127.0.0.1]}}
      volumeMounts: [{name: tls, mountPath: /tls}]
  volumes: [{name: tls, secret: {secretName: certificate, defaultMode: 0440}}]
---
apiVersion: v1
kind: Service
metadata: {name: database}
spec: {selector: {app: database}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: broker, labels: {app: broker}}
spec:
  containers:
    - name: kafka
      image: $kafka
      imagePullPolicy: Never
      env: [{name: HOMECLOUD_KAFKA_ADVERTISED, value: "broker.servers.svc:9443"}]
      readinessProbe: {tcpSocket: {port: 9092}}
    - name: tls
      image: localhost/cluster-socat:1
      imagePullPolicy: Never
      args: ["OPENSSL-LISTEN:9443,fork,reuseaddr,cert=/tls/tls.crt,key=/tls/tls.key,verify=0", "TCP:127.0.0.1:9092"]
      volumeMounts: [{name: tls, mountPath: /tls}]
  volumes: [{name: tls, secret: {secretName: certificate}}]
---
apiVersion: v1
kind: Service
metadata: {name: broker}
spec: {selector: {app: broker}, ports: [{port: 9443}]}
YAML
kubectl --namespace servers wait --for=condition=Ready pod --all --timeout=120s >/dev/null || fail "they do not start: $(kubectl --namespace servers get pods 2>&1)"

it "homecloud with them."
cat >"$WORK/own.yaml" <<YAML
postgres: {mode: external, existingSecret: outside, external: {host: database.servers.svc, sslMode: verify-full, caSecret: authority}}
kafka: {mode: external, external: {bootstrap: "broker.servers.svc:9443", securityProtocol: SSL, caSecret: authority}}
ingress: {type: ingress, host: $name, tls: {secretName: certificate}}
sharing: {certificateSecret: certificate, hostName: $name}
YAML
HELM_OPTIONS=(--values "$WORK/own.yaml")
install_homecloud separate
same "$(k get statefulsets --output name)" "" "databases of the chart's own"

it "Pages and API are at the name, with the certificate, and nowhere else."
named() { curl --silent --show-error --fail --cacert "$WORK/ca.crt" --resolve "$name:$1:${NODE[0]}" "${@:2}"; }
named_api() { named 443 --header "Authorization: Bearer $(token)" "https://$name$1"; }
expect 60 "the API answers" named_api /api/storage/v1/pools
expect 30 "the page answers" named 443 --output /dev/null "https://$name/sign-in"
same "$(answer /api/storage/v1/pools --header "Authorization: Bearer $(token)")" 404 "the address alone"

it "What was on the disks is there."
expect 120 "the volume is there for kubectl" k get volumes.homecloud.io/photos
ready pools.homecloud.io/home volumes.homecloud.io/photos
same "$(named_api /api/storage/v1/volumes/photos | jq -r .metadata.uid)" "$volume" "the volume's uid"
expect 120 "the share is there for kubectl" k get shares.homecloud.io/pictures
ready shares.homecloud.io/pictures
same "$(told shares.homecloud.io/pictures '{.status.urls.webdav}')" "https://$name:8443/dav/pictures/" "the address of the share"
same "$(named 8443 --user "${ANNA/\%/:}" "https://$name:8443/dav/pictures/diary.txt")" 'Lake, boat, rain.' "the diary over WebDAV"
same "$(smb_file 1 pictures diary.txt)" 'Lake, boat, rain.' "the diary over SMB"

it "Everybody speaks TLS with the database, and what happens arrives by Kafka."
sql() { kubectl --namespace servers exec database -- psql --host /tmp --username postgres --no-align --tuples-only --dbname homecloud --command "$1"; }
same "$(sql "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'outsider'")" t "TLS of all connections"
volume_heard() { (($(sql 'select count(*) from sharing.inbox') > heard)); }
heard=$(sql 'select count(*) from sharing.inbox')
wish volumes.homecloud.io/with-servers <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: with-servers}
spec: {pool: home, deletionPolicy: Trash}
YAML
expect 30 "sharing has heard of the volume" volume_heard
same "$(sql 'select count(*) from sharing.parked_event')" 0 "events that were not understood"
forget volumes.homecloud.io/with-servers

uninstall_homecloud
kubectl delete namespace servers --timeout=60s >/dev/null
