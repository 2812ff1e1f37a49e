using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Constructs;

namespace Pos.Cdk;

/// <summary>
/// The network of the warehouse, the functions that read it, and the web app. Functions can only reach S3, DynamoDB and
/// Secrets Manager, through endpoints. The web app calls the APIs through a NAT.
/// </summary>
internal sealed class Network : Construct
{
    public Network(Construct scope, Stage stage, bool hasWebApp)
        : base(scope, "Network")
    {
        Vpc = new Vpc(
            this,
            "Vpc",
            new VpcProps
            {
                // Selected by index, as names depend on the account. Redshift Serverless requires three.
                AvailabilityZones = [.. Enumerable.Range(0, 3).Select(zone => Fn.Select(zone, Fn.GetAzs()))],
                NatGateways = hasWebApp ? stage.NatGateways : 0, // Charged per hour.
                SubnetConfiguration =
                [
                    new SubnetConfiguration
                    {
                        Name = "warehouse",
                        SubnetType = SubnetType.PUBLIC,
                        CidrMask = 26,
                        MapPublicIpOnLaunch = false,
                    },
                    new SubnetConfiguration
                    {
                        Name = "functions",
                        SubnetType = SubnetType.PRIVATE_ISOLATED,
                        CidrMask = 24,
                    },
                    .. hasWebApp
                        ?
                        [
                            new SubnetConfiguration
                            {
                                Name = "webapp",
                                SubnetType = SubnetType.PRIVATE_WITH_EGRESS,
                                CidrMask = 26,
                            },
                        ]
                        : (SubnetConfiguration[])[],
                ],
                GatewayEndpoints = new Dictionary<string, IGatewayVpcEndpointOptions>
                {
                    ["S3"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.S3 },
                    ["DynamoDB"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.DYNAMODB },
                },
            }
        );
        Functions = new SecurityGroup(
            this,
            "Functions",
            new SecurityGroupProps { Vpc = Vpc, Description = "Functions that read the warehouse" }
        );
        Vpc.AddInterfaceEndpoint(
            "SecretsManager",
            new InterfaceVpcEndpointOptions
            {
                Service = InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
                // Charged per hour and zone.
                Subnets = new SubnetSelection
                {
                    Subnets = stage.IsProduction ? Vpc.IsolatedSubnets : [Vpc.IsolatedSubnets[0]],
                },
            }
        );
    }

    public Vpc Vpc { get; }
    public SecurityGroup Functions { get; }
}
