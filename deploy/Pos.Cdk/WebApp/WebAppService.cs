using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.Ecr.Assets;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.S3;
using Constructs;
using Pos.Cdk.Api;
using Pos.Cdk.Lake;

namespace Pos.Cdk.WebApp;

/// <summary>
/// Pos.Ui on Fargate, in private subnets. It calls the APIs with requests that its role signs. As HTTP APIs of API
/// Gateway have no endpoints within a network, it needs a NAT.
/// </summary>
internal sealed class WebAppService : Construct
{
    public const int Port = 8080;

    public WebAppService(
        Construct scope,
        Stage stage,
        string image,
        Network network,
        PurchasesApi api,
        OperationsApi operations
    )
        : base(scope, "WebApp")
    {
        var keys = new PrivateBucket(this, "Keys", stage, new BucketProps());
        var role = new Role(
            this,
            "Role",
            new RoleProps { AssumedBy = new ServicePrincipal("ecs-tasks.amazonaws.com") }
        );
        foreach (var caller in (ApiCaller[])[api.Till, api.Reader, operations.Operator])
            caller.Allow(role);
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["s3:GetObject", "s3:PutObject"],
                    Resources = [keys.ArnForObjects("keys/*")],
                }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(new PolicyStatementProps { Actions = ["s3:ListBucket"], Resources = [keys.BucketArn] })
        );

        var task = new FargateTaskDefinition(
            this,
            "Task",
            new FargateTaskDefinitionProps
            {
                Cpu = stage.WebAppProcessor,
                MemoryLimitMiB = stage.WebAppProcessor * 2,
                TaskRole = role,
                // The architecture of most machines that build images. Others need emulation.
                RuntimePlatform = new RuntimePlatform
                {
                    CpuArchitecture = CpuArchitecture.X86_64,
                    OperatingSystemFamily = OperatingSystemFamily.LINUX,
                },
            }
        );
        task.AddContainer(
            "App",
            new ContainerDefinitionOptions
            {
                Image = ContainerImage.FromAsset(image, new AssetImageProps { Platform = Platform_.LINUX_AMD64 }),
                PortMappings = [new PortMapping { ContainerPort = Port }],
                Environment = new Dictionary<string, string>
                {
                    ["Services__ingest__http__0"] = api.Api.Url,
                    ["Services__lookup__http__0"] = api.Api.Url,
                    ["Services__processor__http__0"] = operations.Api.Url,
                    ["Ui__Aws__SignatureRegion"] = Aws.REGION,
                    ["Ui__Aws__KeysBucket"] = keys.BucketName,
                    ["Ui__Aws__Dashboard"] =
                        $"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
                        + $"#dashboards/dashboard/{stage.DashboardName}",
                    ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true", // Set by the load balancer.
                    ["Logging__Console__FormatterName"] = "json",
                },
                Logging = LogDriver.AwsLogs(
                    new AwsLogDriverProps
                    {
                        StreamPrefix = "ui",
                        LogGroup = new LogGroup(
                            this,
                            "Logs",
                            new LogGroupProps { Retention = stage.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY }
                        ),
                    }
                ),
            }
        );

        var access = new SecurityGroup(
            this,
            "Access",
            new SecurityGroupProps
            {
                Vpc = network.Vpc,
                Description = "The web app",
                AllowAllOutbound = false,
            }
        );
        access.AddEgressRule(Peer.AnyIpv4(), Amazon.CDK.AWS.EC2.Port.Tcp(443), "The APIs, S3, the image and logs");
        Cluster = new Cluster(
            this,
            "Cluster",
            new ClusterProps
            {
                Vpc = network.Vpc,
                // Systems Manager configures the logs of sessions.
                ExecuteCommandConfiguration = new ExecuteCommandConfiguration { Logging = ExecuteCommandLogging.NONE },
            }
        );
        var hasCertificate = WebAppAddress.Certificate(this) is not null;
        Service = new FargateService(
            this,
            "Service",
            new FargateServiceProps
            {
                Cluster = Cluster,
                TaskDefinition = task,
                DesiredCount = stage.WebAppReplicas,
                MinHealthyPercent = 100,
                CircuitBreaker = new DeploymentCircuitBreaker { Rollback = true },
                AssignPublicIp = false,
                VpcSubnets = new SubnetSelection { SubnetType = SubnetType.PRIVATE_WITH_EGRESS },
                SecurityGroups = [access],
                // For people without access to the network: Systems Manager forwards a port of their machine.
                EnableExecuteCommand = !hasCertificate,
            }
        );
        Address = new WebAppAddress(this, stage, network, Service);
    }

    public Cluster Cluster { get; }
    public FargateService Service { get; }
    public WebAppAddress Address { get; }
}
