using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Constructs;

namespace Pos.Cloud;

/// <summary>
/// Where the warehouse lives, and the functions that read it. No NAT: what is in here reaches S3, DynamoDB and Secrets Manager through endpoints,
/// and nothing else.
/// </summary>
internal sealed class Network : Construct
{
    public Network(Construct scope, Stage stage) : base(scope, "Network")
    {
        Vpc = new Vpc(this, "Vpc", new VpcProps
        {
            // By index: names would need an account. Redshift Serverless wants three.
            AvailabilityZones = [.. Enumerable.Range(0, 3).Select(zone => Fn.Select(zone, Fn.GetAzs()))],
            NatGateways = 0,
            SubnetConfiguration =
            [
                new SubnetConfiguration { Name = "warehouse", SubnetType = SubnetType.PUBLIC, CidrMask = 26, MapPublicIpOnLaunch = false },
                new SubnetConfiguration { Name = "functions", SubnetType = SubnetType.PRIVATE_ISOLATED, CidrMask = 24 },
            ],
            GatewayEndpoints = new Dictionary<string, IGatewayVpcEndpointOptions>
            {
                ["S3"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.S3 },
                ["DynamoDB"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.DYNAMODB },
            },
        });
        Functions = new SecurityGroup(this, "Functions", new SecurityGroupProps { Vpc = Vpc, Description = "Functions that read the warehouse" });
        Vpc.AddInterfaceEndpoint("SecretsManager", new InterfaceVpcEndpointOptions
        {
            Service = InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
            // Paid by the hour and zone.
            Subnets = new SubnetSelection { Subnets = stage.IsProduction ? Vpc.IsolatedSubnets : [Vpc.IsolatedSubnets[0]] },
        });
    }

    public Vpc Vpc { get; }
    public SecurityGroup Functions { get; }
}
