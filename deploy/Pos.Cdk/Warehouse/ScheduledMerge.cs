using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Scheduler;
using Constructs;
using Pos.Storage.Warehouse;

namespace Pos.Cdk.Warehouse;

/// <summary>
/// Calls the merge procedure through the Data API on a schedule. After a failure, the next merge processes the rows.
/// </summary>
internal sealed class ScheduledMerge : Construct
{
    public ScheduledMerge(Construct scope, Stage stage, RedshiftWarehouse warehouse)
        : base(scope, "Merge")
    {
        var role = new Role(
            this,
            "Role",
            new RoleProps { AssumedBy = new ServicePrincipal("scheduler.amazonaws.com") }
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps { Actions = ["redshift-data:ExecuteStatement"], Resources = [warehouse.Arn] }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["secretsmanager:GetSecretValue"],
                    Resources = [warehouse.Owner.SecretArn],
                }
            )
        );

        var stack = Amazon.CDK.Stack.Of(this);
        var group = new CfnScheduleGroup(this, "Group", new CfnScheduleGroupProps { Name = $"pos-{stage.Name}" });
        GroupName = group.Ref;
        var schedule = new CfnSchedule(
            this,
            "Schedule",
            new CfnScheduleProps
            {
                GroupName = group.Ref,
                Description = "Moves what has landed into purchase_lines",
                ScheduleExpression = $"rate({stage.MergeInterval.TotalMinutes} minutes)",
                FlexibleTimeWindow = new CfnSchedule.FlexibleTimeWindowProperty { Mode = "OFF" },
                Target = new CfnSchedule.TargetProperty
                {
                    Arn = $"arn:{stack.Partition}:scheduler:::aws-sdk:redshiftdata:executeStatement",
                    RoleArn = role.RoleArn,
                    Input = stack.ToJsonString(
                        new Dictionary<string, object>
                        {
                            ["WorkgroupName"] = warehouse.Workgroup.Ref,
                            ["Database"] = RedshiftWarehouse.Database,
                            ["SecretArn"] = warehouse.Owner.SecretArn,
                            ["StatementName"] = "merge",
                            ["Sql"] = $"CALL {WarehouseTables.MergeProcedure}()",
                        }
                    ),
                    RetryPolicy = new CfnSchedule.RetryPolicyProperty
                    {
                        MaximumRetryAttempts = 3,
                        MaximumEventAgeInSeconds = stage.MergeInterval.TotalSeconds,
                    },
                },
            }
        );
        schedule.Node.AddDependency(role);
    }

    public string GroupName { get; }
}
