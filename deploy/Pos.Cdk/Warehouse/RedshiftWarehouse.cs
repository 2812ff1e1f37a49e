using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.RedshiftServerless;
using Amazon.CDK.AWS.SecretsManager;
using Amazon.CDK.RegionInfo;
using Constructs;

namespace Pos.Cdk.Warehouse;

/// <summary>
/// Redshift Serverless with three users: the owner of the schema, Firehose's, which may append to the landing table,
/// and lookup's, which may read.
/// </summary>
/// <remarks>
/// Firehose only delivers to a workgroup with a public address ("Grant Firehose access to an Amazon Redshift
/// destination"). The security group only allows Firehose's address block and our functions. TLS is required.
/// </remarks>
internal sealed class RedshiftWarehouse : Construct
{
    public const string Database = "pos";
    public const int Port = 5439;

    public RedshiftWarehouse(Construct scope, Stage stage, Network network)
        : base(scope, "Warehouse")
    {
        Owner = User("Owner", "pos_owner");
        Delivery = User("Delivery", "pos_delivery");
        Reader = User("Reader", "pos_reader");
        var name = $"pos-{stage.Name}";

        var space = new CfnNamespace(
            this,
            "Namespace",
            new CfnNamespaceProps
            {
                NamespaceName = name,
                DbName = Database,
                AdminUsername = "pos_owner",
                // A reference that CloudFormation resolves.
                AdminUserPassword = Owner.SecretValueFromJson("password").UnsafeUnwrap(),
                LogExports = ["userlog", "connectionlog", "useractivitylog"],
                FinalSnapshotName = stage.IsProduction ? $"{name}-final" : null,
                FinalSnapshotRetentionPeriod = stage.IsProduction ? 90 : null,
            }
        );
        space.ApplyRemovalPolicy(stage.Removal);

        var group = new SecurityGroup(
            this,
            "Access",
            new SecurityGroupProps
            {
                Vpc = network.Vpc,
                Description = "The warehouse",
                AllowAllOutbound = false,
            }
        );
        group.AddIngressRule(
            Peer.Ipv4(Amazon.CDK.Stack.Of(this).RegionalFact(FactName.FIREHOSE_CIDR_BLOCK)),
            Amazon.CDK.AWS.EC2.Port.Tcp(Port),
            "Firehose"
        );
        group.AddIngressRule(network.Functions, Amazon.CDK.AWS.EC2.Port.Tcp(Port), "Functions that read the warehouse");

        Workgroup = new CfnWorkgroup(
            this,
            "Workgroup",
            new CfnWorkgroupProps
            {
                WorkgroupName = name,
                NamespaceName = space.NamespaceName,
                BaseCapacity = 8,
                MaxCapacity = stage.MaxWarehouseCapacity,
                Port = Port,
                SubnetIds = [.. network.Vpc.PublicSubnets.Select(subnet => subnet.SubnetId)],
                SecurityGroupIds = [group.SecurityGroupId],
                PubliclyAccessible = true,
                EnhancedVpcRouting = true, // COPY reads S3 through the network's endpoint.
                ConfigParameters = new object[]
                {
                    new CfnWorkgroup.ConfigParameterProperty { ParameterKey = "require_ssl", ParameterValue = "true" },
                },
            }
        );
        Workgroup.AddDependency(space);
        Workgroup.ApplyRemovalPolicy(stage.Removal);
    }

    public CfnWorkgroup Workgroup { get; }
    public Secret Owner { get; }
    public Secret Delivery { get; }
    public Secret Reader { get; }
    public string Host => Workgroup.AttrWorkgroupEndpointAddress;
    public string Arn => Workgroup.AttrWorkgroupWorkgroupArn;

    private Secret User(string id, string username) =>
        new(
            this,
            id,
            new SecretProps
            {
                Description = $"The warehouse's user {username}",
                GenerateSecretString = new SecretStringGenerator
                {
                    SecretStringTemplate = $$"""{"username":"{{username}}"}""",
                    GenerateStringKey = "password",
                    ExcludePunctuation = true, // Redshift rejects some punctuation.
                    RequireEachIncludedType = true,
                    PasswordLength = 40,
                },
            }
        );
}
