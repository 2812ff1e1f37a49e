using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Constructs;

namespace Pos.Cdk.WebApp;

/// <summary>
/// The load balancer of the web app. It only has an internal address: the web app has no users, so everyone who can
/// reach it can use all pages. Uses HTTPS with a certificate (context <c>certificateArn</c>), otherwise HTTP. Context
/// <c>webAppFrom</c> contains the allowed addresses, such as <c>10.8.0.0/16</c> for a VPN; by default those of the
/// network.
/// </summary>
internal sealed class WebAppAddress : Construct
{
    public WebAppAddress(Construct scope, Stage stage, Network network, FargateService service)
        : base(scope, "Address")
    {
        var certificate = Certificate(this);
        var port = certificate is null ? 80 : 443;
        var group = new SecurityGroup(
            this,
            "Access",
            new SecurityGroupProps
            {
                Vpc = network.Vpc,
                Description = "Who may use the web app",
                AllowAllOutbound = false,
            }
        );
        group.AddIngressRule(
            Peer.Ipv4(Node.TryGetContext("webAppFrom") as string ?? network.Vpc.VpcCidrBlock),
            Amazon.CDK.AWS.EC2.Port.Tcp(port),
            "Who uses the web app"
        );
        Balancer = new ApplicationLoadBalancer(
            this,
            "Balancer",
            new ApplicationLoadBalancerProps
            {
                Vpc = network.Vpc,
                VpcSubnets = new SubnetSelection { SubnetType = SubnetType.PRIVATE_WITH_EGRESS },
                InternetFacing = false,
                SecurityGroup = group,
                // A page's WebSocket sends a message every 15 seconds.
                IdleTimeout = Duration.Minutes(2),
                DropInvalidHeaderFields = true,
                DeletionProtection = stage.IsProduction,
            }
        );
        var listener = Balancer.AddListener(
            "Listener",
            new BaseApplicationListenerProps
            {
                Port = port,
                Open = false,
                Protocol = certificate is null ? ApplicationProtocol.HTTP : ApplicationProtocol.HTTPS,
                Certificates = certificate is null ? null : [ListenerCertificate.FromArn(certificate)],
                SslPolicy = certificate is null ? null : SslPolicy.TLS13_13,
            }
        );
        Targets = listener.AddTargets(
            "Targets",
            new AddApplicationTargetsProps
            {
                Port = WebAppService.Port,
                Protocol = ApplicationProtocol.HTTP,
                Targets = [service],
                // The state of a page is in the replica that rendered it.
                StickinessCookieDuration = Duration.Days(1),
                DeregistrationDelay = Duration.Minutes(1),
                HealthCheck = new Amazon.CDK.AWS.ElasticLoadBalancingV2.HealthCheck
                {
                    Path = "/alive",
                    Interval = Duration.Seconds(15),
                    HealthyThresholdCount = 2,
                },
            }
        );
        Url = $"{(certificate is null ? "http" : "https")}://{Balancer.LoadBalancerDnsName}";
    }

    public ApplicationLoadBalancer Balancer { get; }
    public ApplicationTargetGroup Targets { get; }

    /// <summary>
    /// URL of the load balancer. With a certificate, make the certificate's name an alias of its host.
    /// </summary>
    public string Url { get; }

    public static string? Certificate(Construct construct) => construct.Node.TryGetContext("certificateArn") as string;
}
