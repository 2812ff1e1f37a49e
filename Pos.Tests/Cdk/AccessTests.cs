using System.Text.Json.Nodes;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Who may do what: every statement stands in a list that a change has to change as well.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class AccessTests(SynthesizedStages stages)
{
    [Fact]
    public void Identities_may_do_what_the_list_says_and_no_more() =>
        Snapshot.Matches("Cdk/access.txt", Statements(stages.Prod).Select(statement => statement.ToString()));

    [Fact]
    public void Stages_differ_in_nothing_but_names()
    {
        // Emptying buckets is CDK's own function's, which is told from outside: its bucket policies are among the
        // resources. And there is a way to the web app without a way into the network only where it has no certificate.
        Assert.Equal(
            Statements(stages.Prod),
            Statements(stages.Dev)
                .Where(statement => !statement.Action.StartsWith("ssmmessages:", StringComparison.Ordinal))
        );
        Assert.Equal(
            4,
            Statements(stages.Dev)
                .Count(statement => statement.Action.StartsWith("ssmmessages:", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Star_stands_only_where_a_resource_has_no_name()
    {
        string[] nameless =
        [
            "ec2:",
            "ecr:GetAuthorizationToken",
            "redshift-data:DescribeStatement",
            "redshift-data:GetStatementResult",
        ];
        Assert.All(Statements(stages.Prod).Where(statement => statement.Resource == "*"), statement =>
            Assert.Contains(nameless, statement.Action.StartsWith)
        );
        Assert.All(Statements(stages.Prod), statement => Assert.DoesNotContain('*', statement.Action));
        Assert.All(stages.Prod.Of("AWS::IAM::Role"), role => Assert.Null(role["ManagedPolicyArns"]));
    }

    [Fact]
    public void Nothing_but_a_service_may_take_a_role()
    {
        foreach (var stage in stages.Both)
        {
            Assert.All(stage.Of("AWS::IAM::Role"), role =>
            {
                var trust = Assert.Single(role["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())!;
                Assert.EndsWith(
                    ".amazonaws.com",
                    trust["Principal"]!["Service"]!.GetValue<string>(),
                    StringComparison.Ordinal
                );
            });
        }
    }

    [Fact]
    public void Nothing_is_open_to_the_world()
    {
        foreach (var stage in stages.Both)
        {
            var ingress = stage
                .Of("AWS::EC2::SecurityGroup")
                .SelectMany(group => group["SecurityGroupIngress"]?.AsArray() ?? [])
                .Concat(stage.Of("AWS::EC2::SecurityGroupIngress").Select(rule => rule.Properties));
            Assert.All(ingress, rule => Assert.DoesNotContain("/0", rule!.ToJsonString(), StringComparison.Ordinal));
            Assert.DoesNotContain(stage.Resources, resource => resource.Type is "AWS::Lambda::Url");
            Assert.All(stage.Of("AWS::EC2::EIP"), address =>
                Assert.Contains(stage.Of("AWS::EC2::NatGateway"), nat =>
                    nat["AllocationId"]!["Fn::GetAtt"]![0]!.GetValue<string>() == address.LogicalId
                )
            );
            Assert.Equal(
                "internal",
                stage.Single("AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"]!.GetValue<string>()
            );
            Assert.Equal(
                "DISABLED",
                stage.Single("AWS::ECS::Service")["NetworkConfiguration"]!["AwsvpcConfiguration"]![
                    "AssignPublicIp"
                ]!.GetValue<string>()
            );
            Assert.All(stage.Of("AWS::EC2::Subnet"), subnet =>
                Assert.False(subnet["MapPublicIpOnLaunch"]?.GetValue<bool>())
            );
            Assert.All(stage.Of("AWS::Lambda::Permission"), permission =>
            {
                Assert.Equal("apigateway.amazonaws.com", permission["Principal"]!.GetValue<string>());
                Assert.NotNull(permission["SourceArn"]);
            });
            Assert.All(
                stage
                    .Of("AWS::S3::BucketPolicy")
                    .SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray()),
                statement =>
                    Assert.True(
                        statement!["Effect"]!.GetValue<string>() == "Deny"
                            || statement["Principal"]!.ToJsonString() != """{"AWS":"*"}"""
                    )
            );
        }
    }

    private static IEnumerable<Statement> Statements(StageTemplate stage) =>
        stage
            .Resources.Where(resource => resource.Type is "AWS::IAM::Policy" or "AWS::IAM::ManagedPolicy")
            .SelectMany(
                policy => policy["PolicyDocument"]!["Statement"]!.AsArray(),
                (policy, statement) => (policy.Name, Json: statement!)
            )
            .SelectMany(entry =>
                Each(entry.Json["Action"]!)
                    .SelectMany(
                        action => Each(entry.Json["Resource"]!),
                        (action, resource) =>
                            new Statement(
                                entry.Name,
                                entry.Json["Effect"]!.GetValue<string>(),
                                action.GetValue<string>(),
                                Pretty(resource),
                                entry.Json["Condition"] is not null
                            )
                    )
            )
            .OrderBy(statement => statement.ToString(), StringComparer.Ordinal);

    private static IEnumerable<JsonNode> Each(JsonNode oneOrMore) =>
        oneOrMore is JsonArray list ? list.Select(item => item!) : [oneOrMore];

    /// <summary>An ARN as a person would write it: <c>LakeBucket/purchases/*</c>.</summary>
    private static string Pretty(JsonNode node) =>
        node switch
        {
            JsonValue value => value.GetValue<string>(),
            JsonObject map when map["Fn::GetAtt"] is JsonArray attribute => StageTemplate.Plain(
                attribute[0]!.GetValue<string>()
            ),
            JsonObject map when map["Ref"] is { } reference => StageTemplate.Plain(reference.GetValue<string>()),
            JsonObject map when map["Fn::Sub"] is { } text => text.GetValue<string>(),
            JsonObject map when map["Fn::Join"] is JsonArray join => string.Concat(
                join[1]!.AsArray().Select(part => Pretty(part!))
            ),
            _ => node.ToJsonString(),
        };

    private sealed record Statement(string Policy, string Effect, string Action, string Resource, bool IsConditional)
    {
        public override string ToString() => $"{Policy}: {Effect} {Action} on {Resource}{(IsConditional ? " if" : "")}";
    }
}
