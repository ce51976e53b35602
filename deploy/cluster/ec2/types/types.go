// Package types has what Traefik reads of a machine.
package types

// InstanceStateName says whether a machine runs.
type InstanceStateName string

// InstanceStateNameRunning is the one that Traefik looks for.
const InstanceStateNameRunning InstanceStateName = "running"

// InstanceState of a machine.
type InstanceState struct{ Name InstanceStateName }

// Instance is a machine.
type Instance struct {
	InstanceId, PrivateIpAddress *string
	State                        *InstanceState
}

// Reservation is a set of machines.
type Reservation struct{ Instances []Instance }
