using System.Text.Json.Nodes;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Tests permissions. A snapshot lists every statement, so that changes show up in the diff.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class AccessTests(SynthesizedStages stages)
{
    [Fact]
    public void Identities_have_exactly_the_listed_permissions() =>
        Snapshot.Matches("Cdk/access.txt", Statements(stages.Prod).Select(statement => statement.ToString()));

    [Fact]
    public void Stages_differ_only_in_names()
    {
        // CDK's function that empties buckets has its permissions in bucket policies. Only a web app without a
        // certificate can be reached through Systems Manager.
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
    public void A_star_is_only_used_for_resources_without_a_name()
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
        Assert.All(stages.Prod.OfType("AWS::IAM::Role"), role => Assert.Null(role["ManagedPolicyArns"]));
    }

    [Fact]
    public void Only_services_may_assume_a_role()
    {
        foreach (var stage in stages.Both)
        {
            Assert.All(stage.OfType("AWS::IAM::Role"), role =>
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
    public void Nothing_is_open_to_the_internet()
    {
        foreach (var stage in stages.Both)
        {
            var ingress = stage
                .OfType("AWS::EC2::SecurityGroup")
                .SelectMany(group => group["SecurityGroupIngress"]?.AsArray() ?? [])
                .Concat(stage.OfType("AWS::EC2::SecurityGroupIngress").Select(rule => rule.Properties));
            Assert.All(ingress, rule => Assert.DoesNotContain("/0", rule!.ToJsonString(), StringComparison.Ordinal));
            Assert.DoesNotContain(stage.Resources, resource => resource.Type is "AWS::Lambda::Url");
            Assert.All(stage.OfType("AWS::EC2::EIP"), address =>
                Assert.Contains(stage.OfType("AWS::EC2::NatGateway"), nat =>
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
            Assert.All(stage.OfType("AWS::EC2::Subnet"), subnet =>
                Assert.False(subnet["MapPublicIpOnLaunch"]?.GetValue<bool>())
            );
            Assert.All(stage.OfType("AWS::Lambda::Permission"), permission =>
            {
                Assert.Equal("apigateway.amazonaws.com", permission["Principal"]!.GetValue<string>());
                Assert.NotNull(permission["SourceArn"]);
            });
            Assert.All(
                stage
                    .OfType("AWS::S3::BucketPolicy")
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

    /// <summary>Formats an ARN for people: <c>LakeBucket/purchases/*</c>.</summary>
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
