// Stands in for Amazon's library while Traefik is built: compiling that one package takes 1.8 GB and two minutes, and nobody
// here looks for machines at Amazon's.
module github.com/aws/aws-sdk-go-v2/service/ec2

go 1.24.0
