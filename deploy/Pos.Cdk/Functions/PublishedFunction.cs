using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Pos.Cdk.Functions;

/// <summary>
/// A service of this solution as a Lambda function. Runs the unchanged service behind the AWS Lambda Web Adapter, which
/// converts invocations to HTTP requests to <c>127.0.0.1:PORT</c>.
/// </summary>
internal sealed class PublishedFunction : Construct
{
    private const int Port = 8080;

    // github.com/aws/aws-lambda-web-adapter, version 1.0.0. The account is the same in every region.
    private const string AdapterAccount = "753240598075";
    private const string AdapterLayer = "LambdaAdapterLayerArm64:27";

    public PublishedFunction(Construct scope, Stage stage, string package, Setup setup)
        : base(scope, "Service")
    {
        var logs = new LogGroup(
            this,
            "Logs",
            new LogGroupProps { Retention = stage.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY }
        );
        Role = new Role(this, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        logs.GrantWrite(Role);

        Function = new Function(
            this,
            "Function",
            new FunctionProps
            {
                Description = setup.Description,
                Runtime = Runtime.PROVIDED_AL2023,
                Architecture = Architecture.ARM_64,
                Handler = "bootstrap",
                Code = Code.FromAsset(package),
                Layers = [LayerVersion.FromLayerVersionArn(this, "Adapter", AdapterArn())],
                MemorySize = setup.MemoryMegabytes,
                Timeout = Duration.Seconds(setup.Timeout.TotalSeconds),
                Role = Role,
                LogGroup = logs,
                Vpc = setup.Network?.Vpc,
                VpcSubnets = setup.Network is null
                    ? null
                    : new SubnetSelection { SubnetType = SubnetType.PRIVATE_ISOLATED },
                SecurityGroups = setup.Network is null ? null : [setup.Network.Functions],
                ParamsAndSecrets = setup.ReadsSecrets
                    ? ParamsAndSecretsLayerVersion.FromVersion(ParamsAndSecretsVersions.V1_0_103)
                    : null,
                Environment = new Dictionary<string, string>(setup.Environment)
                {
                    ["PORT"] = $"{Port}",
                    ["AWS_LWA_PORT"] = $"{Port}",
                    ["AWS_LWA_READINESS_CHECK_PATH"] = "/alive",
                    ["AWS_LWA_READINESS_CHECK_HEALTHY_STATUS"] = "200",
                    ["AWS_LWA_INVOKE_MODE"] = "buffered",
                    ["AWS_LWA_PASS_THROUGH_PATH"] = "/events",
                    ["Logging__Console__FormatterName"] = "json",
                },
            }
        );
        if (setup.Network is not null)
            AllowNetworkInterfaces();
    }

    public Function Function { get; }
    public Role Role { get; }

    public void Allow(string[] actions, params string[] resources) =>
        Role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Actions = actions, Resources = resources }));

    // Lambda needs these in a VPC ("Giving Lambda functions access to resources in an Amazon VPC"). New interfaces have
    // no names, so the resource is "*".
    private void AllowNetworkInterfaces() =>
        Allow(
            [
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ],
            "*"
        );

    private string AdapterArn() =>
        Node.TryGetContext("adapterLayerArn") as string
        ?? $"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:{AdapterAccount}:layer:{AdapterLayer}";

    /// <summary>Settings of a function.</summary>
    /// <param name="Description">Shown in the console.</param>
    /// <param name="MemoryMegabytes">Memory in MB, which also determines processor time: 1,769 MB is one core.</param>
    /// <param name="Timeout">Maximum duration of an invocation.</param>
    /// <param name="Environment">Configuration; names have <c>__</c> between their parts.</param>
    internal sealed record Setup(
        string Description,
        int MemoryMegabytes,
        TimeSpan Timeout,
        IReadOnlyDictionary<string, string> Environment
    )
    {
        /// <summary>Network of the function, to reach the warehouse; null for none.</summary>
        public Network? Network { get; init; }

        /// <summary>True to add Lambda's extension for Secrets Manager, at localhost:2773.</summary>
        public bool ReadsSecrets { get; init; }
    }
}
