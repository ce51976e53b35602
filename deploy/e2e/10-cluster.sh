#!/usr/bin/env bash
# The cluster itself is a real one: names resolve, Services answer from every node, Traefik routes, a node may be switched off.
# needs: the throw-away cluster
# the others stand on it
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# A web server on every node that says the name of its pod.
servers() {
  cat <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: hello }
spec:
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: hello
          image: localhost/cluster-tools:1
          imagePullPolicy: Never
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: hello }
spec:
  selector: { app: hello }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: hello }
spec:
  entryPoints: [web, websecure]
  routes:
    - match: PathPrefix(`/hello`)
      kind: Rule
      middlewares: [{ name: hello }]
      services: [{ name: hello, port: 80 }]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: hello }
spec: { stripPrefix: { prefixes: [/hello] } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: hello }
spec:
  rules:
    - host: hello.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: hello, port: { number: 80 } } } }] }
YAML
}

both_pods_answer() {
  local answers
  answers=$(for _ in {1..12}; do client curl -sS -m 2 http://hello.default.svc.cluster.local; done | sort -u)
  [[ $(wc -l <<<"$answers") == "$1" ]] || { echo "$answers"; return 1; }
}

it "All nodes are Ready, and the system's pods run without a restart."
same "$(kubectl get nodes --no-headers | awk '$2 != "Ready"')" "" "nodes that are not Ready"
same "$(kubectl get pods -n kube-system --no-headers | awk '$3 != "Running" || $4 != 0')" "" "pods that do not run"

it "A server on each node, a Service before them, and routes through Traefik."
servers | apply -
kubectl rollout status daemonset/hello --timeout=180s >/dev/null
start_client

it "In a pod, names of Services resolve, by CoreDNS at its usual address."
contains "$(client cat /etc/resolv.conf)" "nameserver 10.43.0.10" "resolv.conf"
contains "$(client getent hosts kubernetes.default.svc.cluster.local)" "10.43.0.1" "the address of kubernetes"

it "The Service answers from the pods of both nodes."
expect 30 "both answer" both_pods_answer "${#NODE[@]}"

it "From outside, Traefik routes on every node's address: plain, with TLS, and an Ingress of the default class."
for address in "${NODE[@]}"; do
  expect 30 "http://$address/hello" curl -fsS -m 5 "http://$address/hello"
  expect 30 "https://$address/hello" curl -fsSk -m 5 "https://$address/hello"
  expect 30 "hello.example.org at $address" curl -fsS -m 5 -H "Host: hello.example.org" "http://$address/"
done
same "$(curl -s -o /dev/null -w '%{http_code}' "http://${NODE[0]}/nowhere")" 404 "a path that nobody serves"

it "A pod tells its log, and a command runs in it."
contains "$(kubectl logs -n kube-system deployment/coredns)" "CoreDNS-" "the log of CoreDNS"
same "$(client echo here)" here "what a command says"

it "The second node is switched off and on again; its pods come back."
node stop 2
expect 10 "it does not answer any more" bash -c "! curl -fs -m 1 http://${NODE[1]}/hello"
expect 30 "the first node still routes" curl -fsS -m 5 "http://${NODE[0]}/hello"
node start 2
expect 60 "it routes again" curl -fsS -m 5 "http://${NODE[1]}/hello"
expect 60 "both answer" both_pods_answer "${#NODE[@]}"

it "Nothing is left."
servers | kubectl delete --wait=false -f - >/dev/null
end_client
