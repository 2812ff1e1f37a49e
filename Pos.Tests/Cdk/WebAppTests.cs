using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Tests the web app on Fargate and its load balancer.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class WebAppTests(SynthesizedStages stages)
{
    [Fact]
    public void The_web_app_signs_its_requests_and_shares_its_keys()
    {
        foreach (var stage in stages.Both)
        {
            var environment = stage.Single("AWS::ECS::TaskDefinition")["ContainerDefinitions"]![0]!["Environment"]!
                .AsArray()
                .ToDictionary(
                    variable => variable!["Name"]!.GetValue<string>(),
                    variable => variable!["Value"]!.ToJsonString()
                );
            Assert.Equal(
                """{"Fn::GetAtt":["ApiSignedHttp","ApiEndpoint"]}""",
                Plain(environment["Services__ingest__http__0"])
            );
            Assert.Equal(environment["Services__ingest__http__0"], environment["Services__lookup__http__0"]);
            Assert.Equal(
                """{"Fn::GetAtt":["OperationsSignedHttp","ApiEndpoint"]}""",
                Plain(environment["Services__processor__http__0"])
            );
            Assert.Equal("""{"Ref":"AWS::Region"}""", environment["Ui__Aws__SignatureRegion"]);
            Assert.Equal("""{"Ref":"WebAppKeys"}""", Plain(environment["Ui__Aws__KeysBucket"]));
            Assert.Contains(
                $"#dashboards/dashboard/{stage.Single("AWS::CloudWatch::Dashboard")["DashboardName"]}",
                environment["Ui__Aws__Dashboard"],
                StringComparison.Ordinal
            );
        }

        static string Plain(string json) => System.Text.RegularExpressions.Regex.Replace(json, "[0-9A-F]{8}(?=\")", "");
    }

    [Fact]
    public void A_page_stays_with_its_replica_and_a_failing_deployment_is_rolled_back()
    {
        foreach (var (stage, replicas) in new[] { (stages.Dev, 1), (stages.Prod, 2) })
        {
            stage.Has(
                "AWS::ECS::Service",
                $$$"""
                {"DesiredCount":{{{replicas}}},"LaunchType":"FARGATE","DeploymentConfiguration":{
                  "MinimumHealthyPercent":100,"DeploymentCircuitBreaker":{"Enable":true,"Rollback":true} } }
                """
            );
            var targets = stage.Single("AWS::ElasticLoadBalancingV2::TargetGroup");
            Assert.Equal("/alive", targets["HealthCheckPath"]!.GetValue<string>());
            var attributes = targets["TargetGroupAttributes"]!
                .AsArray()
                .ToDictionary(each => each!["Key"]!.GetValue<string>(), each => each!["Value"]!.GetValue<string>());
            Assert.Equal(("true", "lb_cookie"), (attributes["stickiness.enabled"], attributes["stickiness.type"]));
        }
    }

    [Fact]
    public void The_web_app_uses_TLS_with_a_certificate_and_internal_HTTP_without()
    {
        stages.Prod.Has(
            "AWS::ElasticLoadBalancingV2::Listener",
            $$"""
            {"Port":443,"Protocol":"HTTPS","SslPolicy":"ELBSecurityPolicy-TLS13-1-3-2021-06",
             "Certificates":[{"CertificateArn":"{{SynthesizedStages.Certificate}}"}]}
            """
        );
        stages.Prod.Has(
            "AWS::EC2::SecurityGroup",
            """{"SecurityGroupIngress":[{"CidrIp":"10.8.0.0/16","FromPort":443,"ToPort":443}]}"""
        );
        stages.Dev.Has("AWS::ElasticLoadBalancingV2::Listener", """{"Port":80,"Protocol":"HTTP"}""");

        var access = stages.Dev.Single("AWS::EC2::SecurityGroup", "WebAppAddressAccess")[
            "SecurityGroupIngress"
        ]!.AsArray();
        // The network's own addresses.
        Assert.Contains("CidrBlock", Assert.Single(access)!["CidrIp"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.True(stages.Dev.Single("AWS::ECS::Service")["EnableExecuteCommand"]!.GetValue<bool>());
        Assert.False(stages.Prod.Single("AWS::ECS::Service")["EnableExecuteCommand"]!.GetValue<bool>());
    }

    [Fact]
    public void Only_the_load_balancer_reaches_the_web_app()
    {
        foreach (var stage in stages.Both)
        {
            var access = stage.Single("AWS::EC2::SecurityGroup", "WebAppAccess");
            Assert.Null(access["SecurityGroupIngress"]);
            var rule = stage
                .OfType("AWS::EC2::SecurityGroupIngress")
                .Single(rule => rule["GroupId"]!["Fn::GetAtt"]![0]!.GetValue<string>() == access.LogicalId);
            Assert.StartsWith(
                "WebAppAddressAccess",
                rule["SourceSecurityGroupId"]!["Fn::GetAtt"]![0]!.GetValue<string>(),
                StringComparison.Ordinal
            );
            Assert.Equal((8080, 8080), (rule["FromPort"]!.GetValue<int>(), rule["ToPort"]!.GetValue<int>()));
        }
    }

    [Fact]
    public void Production_has_a_NAT_in_each_zone_and_protects_its_load_balancer()
    {
        Assert.Single(stages.Dev.OfType("AWS::EC2::NatGateway"));
        Assert.Equal(3, stages.Prod.OfType("AWS::EC2::NatGateway").Count());
        Assert.Equal(("true", "false"), (IsProtected(stages.Prod), IsProtected(stages.Dev)));

        static string IsProtected(StageTemplate stage) =>
            stage.Single("AWS::ElasticLoadBalancingV2::LoadBalancer")["LoadBalancerAttributes"]!
                .AsArray()
                .Single(each => each!["Key"]!.GetValue<string>() == "deletion_protection.enabled")![
                "Value"
            ]!.GetValue<string>();
    }

    [Fact]
    public void Without_a_web_app_its_resources_are_omitted()
    {
        string[] only = ["AWS::ECS::", "AWS::ElasticLoadBalancingV2::", "AWS::EC2::NatGateway", "AWS::EC2::EIP"];
        Assert.DoesNotContain(stages.DevWithoutWebApp.Resources, resource =>
            only.Any(prefix => resource.Type.StartsWith(prefix, StringComparison.Ordinal))
        );
        Assert.All(only, prefix =>
            Assert.Contains(stages.Dev.Resources, resource =>
                resource.Type.StartsWith(prefix, StringComparison.Ordinal)
            )
        );
    }
}
