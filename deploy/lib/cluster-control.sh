# shellcheck shell=bash
# Certificates and the control plane: etcd, apiserver, controller-manager and scheduler in a network of their own, so that no
# port of this machine is taken.

# Makes a key and a certificate: $1 name, $2 subject, $3 further extensions. The cluster's authority signs it.
certificate() {
  local name=$PKI/$1
  openssl ecparam -name prime256v1 -genkey -noout -out "$name.key"
  openssl req -new -key "$name.key" -subj "$2" |
    openssl x509 -req -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 365 -out "$name.crt" \
      -extfile <(printf 'keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth,serverAuth\n%s\n' "${3:-}") 2>/dev/null
}

# A kubeconfig for the certificate of that name.
kubeconfig_of() {
  local file=$PKI/$1.kubeconfig
  cat >"$file.new" <<CONFIG
apiVersion: v1
kind: Config
clusters:
  - name: homecloud
    cluster: { server: "https://$CONTROL_ADDRESS:6443", certificate-authority-data: $(base64 -w 0 "$PKI/ca.crt") }
users:
  - name: $1
    user: { client-certificate-data: $(base64 -w 0 "$PKI/$1.crt"), client-key-data: $(base64 -w 0 "$PKI/$1.key") }
contexts:
  - name: homecloud
    context: { cluster: homecloud, user: $1 }
current-context: homecloud
CONFIG
  mv -- "$file.new" "$file"
}

make_certificates() {
  local node
  install -d -m 0700 -- "$PKI"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=homecloud-cluster \
    -keyout "$PKI/ca.key" -out "$PKI/ca.crt" 2>/dev/null
  openssl genrsa -out "$PKI/accounts.key" 2048 2>/dev/null
  certificate apiserver /CN=kube-apiserver "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$CLUSTER_DOMAIN,DNS:localhost,IP:127.0.0.1,IP:$SERVICES.0.1,IP:$CONTROL_ADDRESS"
  certificate admin /O=system:masters/CN=admin
  certificate controllers /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  for node in admin controllers scheduler proxy; do kubeconfig_of "$node"; done
  for ((node = 1; node <= NODES; node++)); do
    certificate "node$node" "/O=system:nodes/CN=system:node:node$node" "subjectAltName=DNS:node$node,IP:$(node_address "$node")"
    kubeconfig_of "node$node"
  done
}

# What of the requests is written down, for the story of what homecloud's own accounts may do: theirs, and who gives and takes
# rights.
audit_policy() {
  cat <<'CONFIG'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - { level: Metadata, userGroups: ["system:serviceaccounts:homecloud"] }
  - level: Metadata
    verbs: [create, patch, delete]
    resources: [{ group: rbac.authorization.k8s.io, resources: [rolebindings, clusterrolebindings] }]
  - { level: None }
CONFIG
}

# The first process of the control plane's own process and mount namespaces; with it everything of it ends.
control_main() {
  local fsync=()
  enter_machine control
  [[ $(etcd --help 2>&1) != *unsafe-no-fsync* ]] || fsync=(--unsafe-no-fsync)
  keep_running etcd etcd --name control --data-dir "$STATE/etcd" --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster control=http://127.0.0.1:2380 --log-level warn "${fsync[@]}"
  audit_policy >"$STATE/audit-policy.yaml"
  keep_running apiserver "$KUBE" kube-apiserver --audit-policy-file="$STATE/audit-policy.yaml" --audit-log-path="$STATE/log/audit.log" --etcd-servers=http://127.0.0.1:2379 --advertise-address="$CONTROL_ADDRESS" \
    --service-account-issuer="https://kubernetes.default.svc.$CLUSTER_DOMAIN" --service-account-key-file="$PKI/accounts.key" \
    --service-account-signing-key-file="$PKI/accounts.key" --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
    --client-ca-file="$PKI/ca.crt" --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --service-cluster-ip-range="$SERVICES.0.0/16" --allow-privileged=true --enable-aggregator-routing=true \
    --kubelet-client-certificate="$PKI/admin.crt" --kubelet-client-key="$PKI/admin.key" --kubelet-certificate-authority="$PKI/ca.crt" \
    --kubelet-preferred-address-types=InternalIP,Hostname
  keep_running controllers "$KUBE" kube-controller-manager --kubeconfig="$PKI/controllers.kubeconfig" --leader-elect=false \
    --service-account-private-key-file="$PKI/accounts.key" --root-ca-file="$PKI/ca.crt" --use-service-account-credentials=true \
    --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key"
  keep_running scheduler "$KUBE" kube-scheduler --kubeconfig="$PKI/scheduler.kubeconfig" --leader-elect=false
  wait
}

control_start() {
  machine_network control "$CONTROL_ADDRESS"
  machine_start control
}

wait_for_api() {
  within 120 kubectl get --raw /readyz || failed "the apiserver does not answer; see $STATE/log/apiserver.log"
}
