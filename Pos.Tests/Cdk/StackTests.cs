using Pos.Storage;
using Pos.Storage.Warehouse;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>Tests settings that differ from the defaults of AWS or that a change may break unnoticed.</summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class StackTests(SynthesizedStages stages)
{
    [Fact]
    public void The_stream_is_encrypted_and_keeps_records_for_a_day_or_a_week()
    {
        stages.Dev.Has(
            "AWS::Kinesis::Stream",
            """
            {"Name":"purchases-dev","ShardCount":1,"RetentionPeriodHours":24,
             "StreamEncryption":{"EncryptionType":"KMS"}}
            """
        );
        stages.Prod.Has(
            "AWS::Kinesis::Stream",
            """
            {"Name":"purchases-prod","ShardCount":4,"RetentionPeriodHours":168,
             "StreamEncryption":{"EncryptionType":"KMS"}}
            """
        );
    }

    [Fact]
    public void Every_bucket_is_private_encrypted_and_requires_TLS()
    {
        foreach (var stage in stages.Both)
        {
            Assert.Equal(3, stage.OfType("AWS::S3::Bucket").Count());
            Assert.All(stage.OfType("AWS::S3::Bucket"), bucket =>
            {
                Assert.Equal(
                    "{\"BlockPublicAcls\":true,\"BlockPublicPolicy\":true,"
                        + "\"IgnorePublicAcls\":true,\"RestrictPublicBuckets\":true}",
                    bucket["PublicAccessBlockConfiguration"]!.ToJsonString()
                );
                Assert.Contains("AES256", bucket["BucketEncryption"]!.ToJsonString(), StringComparison.Ordinal);
                Assert.Contains(
                    "BucketOwnerEnforced",
                    bucket["OwnershipControls"]!.ToJsonString(),
                    StringComparison.Ordinal
                );
                var policy = stage
                    .OfType("AWS::S3::BucketPolicy")
                    .Single(policy => policy["Bucket"]!["Ref"]!.GetValue<string>() == bucket.LogicalId);
                Assert.Contains(policy["PolicyDocument"]!["Statement"]!.AsArray(), statement =>
                    statement!["Effect"]!.GetValue<string>() == "Deny"
                    && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.GetValue<string>() == "false"
                );
            });
        }
    }

    [Fact]
    public void Lookup_and_lease_tables_equal_those_of_provision()
    {
        foreach (var (stage, name) in new[] { (stages.Dev, "dev"), (stages.Prod, "prod") })
        {
            stage.Has(
                "AWS::DynamoDB::Table",
                $$"""
                {"TableName":"purchases-{{name}}","BillingMode":"PAY_PER_REQUEST",
                 "SSESpecification":{"SSEEnabled":true},
                 "KeySchema":[{"AttributeName":"purchase_id","KeyType":"HASH"}],
                 "GlobalSecondaryIndexes":[{"IndexName":"by_customer","Projection":{"ProjectionType":"KEYS_ONLY"},
                   "KeySchema":[{"AttributeName":"customer_id","KeyType":"HASH"},
                     {"AttributeName":"purchased_at_purchase_id","KeyType":"RANGE"}]}]}
                """
            );
            stage.Has(
                "AWS::DynamoDB::Table",
                $$"""
                {"TableName":"purchases-leases-{{name}}","BillingMode":"PAY_PER_REQUEST",
                 "SSESpecification":{"SSEEnabled":true},
                 "KeySchema":[{"AttributeName":"shard_id","KeyType":"HASH"}]}
                """
            );
        }
    }

    [Fact]
    public void Production_keeps_its_stores_and_dev_deletes_them()
    {
        string[] stores =
        [
            "AWS::Kinesis::Stream",
            "AWS::S3::Bucket",
            "AWS::DynamoDB::Table",
            "AWS::RedshiftServerless::Namespace",
        ];
        foreach (var store in stores)
        {
            Assert.All(stages.Prod.OfType(store), resource =>
                Assert.Equal("Retain", resource.Json["DeletionPolicy"]!.GetValue<string>())
            );
            Assert.All(stages.Dev.OfType(store), resource =>
                Assert.Equal("Delete", resource.Json["DeletionPolicy"]!.GetValue<string>())
            );
        }
        Assert.All(stages.Prod.OfType("AWS::DynamoDB::Table"), table =>
        {
            Assert.True(table["DeletionProtectionEnabled"]!.GetValue<bool>());
            Assert.True(table["PointInTimeRecoverySpecification"]!["PointInTimeRecoveryEnabled"]!.GetValue<bool>());
        });
        Assert.Equal(3, stages.Dev.OfType("Custom::S3AutoDeleteObjects").Count());
        Assert.Empty(stages.Prod.OfType("Custom::S3AutoDeleteObjects"));
        Assert.True(stages.Prod.IsProtected);
        Assert.False(stages.Dev.IsProtected);
    }

    [Fact]
    public void The_warehouse_requires_TLS_and_only_accepts_Firehose_and_our_functions()
    {
        foreach (var stage in stages.Both)
        {
            stage.Has(
                "AWS::RedshiftServerless::Workgroup",
                """
                {"EnhancedVpcRouting":true,"BaseCapacity":8,
                 "ConfigParameters":[{"ParameterKey":"require_ssl","ParameterValue":"true"}]}
                """
            );
            var access = stage.Single("AWS::EC2::SecurityGroup", "WarehouseAccess");
            var firehose = Assert.Single(access["SecurityGroupIngress"]!.AsArray())!;
            Assert.Equal(
                """["FirehoseCidrBlockMap",{"Ref":"AWS::Region"},"value"]""",
                firehose["CidrIp"]!["Fn::FindInMap"]!.ToJsonString()
            );
            var functions = stage.Single("AWS::EC2::SecurityGroupIngress", "WarehouseAccess");
            Assert.StartsWith(
                "NetworkFunctions",
                functions["SourceSecurityGroupId"]!["Fn::GetAtt"]![0]!.GetValue<string>(),
                StringComparison.Ordinal
            );
            Assert.All(new[] { firehose, functions.Properties }, rule =>
                Assert.Equal((5439, 5439), (rule["FromPort"]!.GetValue<int>(), rule["ToPort"]!.GetValue<int>()))
            );
        }
    }

    [Fact]
    public void Firehose_uses_the_COPY_of_the_local_delivery()
    {
        foreach (var stage in stages.Both)
        {
            stage.Has(
                "AWS::KinesisFirehose::DeliveryStream",
                $$$"""
                {"DeliveryStreamType":"DirectPut",
                 "DeliveryStreamEncryptionConfigurationInput":{"KeyType":"AWS_OWNED_CMK"},
                 "RedshiftDestinationConfiguration":{
                   "SecretsManagerConfiguration":{"Enabled":true},
                   "CopyCommand":{"DataTableName":"{{{WarehouseTables.Landing}}}",
                     "DataTableColumns":"{{{WarehouseTables.LandingColumnList}}}",
                     "CopyOptions":"{{{LandingCopy.Options}}}"},
                   "RetryOptions":{"DurationInSeconds":3600},"CloudWatchLoggingOptions":{"Enabled":true},
                   "S3Configuration":{"CompressionFormat":"GZIP","ErrorOutputPrefix":"errors/manifests/",
                     "CloudWatchLoggingOptions":{"Enabled":true} } } }
                """
            );
        }
    }

    [Fact]
    public void A_schedule_calls_the_merge_as_the_schemas_owner()
    {
        stages.Dev.Has(
            "AWS::Scheduler::Schedule",
            """{"ScheduleExpression":"rate(360 minutes)","FlexibleTimeWindow":{"Mode":"OFF"}}"""
        );
        var target = stages.Prod.Single("AWS::Scheduler::Schedule")["Target"]!;
        Assert.EndsWith(
            ":scheduler:::aws-sdk:redshiftdata:executeStatement",
            target["Arn"]!["Fn::Join"]![1]!.AsArray()[^1]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        var input = target["Input"]!.ToJsonString();
        Assert.Contains("CALL merge_purchase_lines()", input, StringComparison.Ordinal);
        Assert.Contains("WarehouseOwner", input, StringComparison.Ordinal);
    }

    [Fact]
    public void The_template_contains_no_password()
    {
        foreach (var stage in stages.Both)
        {
            var password = stage.Single("AWS::RedshiftServerless::Namespace")["AdminUserPassword"]!.ToJsonString();
            Assert.Contains("{{resolve:secretsmanager:", password, StringComparison.Ordinal);
            Assert.All(stage.OfType("AWS::SecretsManager::Secret"), secret => Assert.Null(secret["SecretString"]));
            Assert.DoesNotContain(
                "resolve:",
                string.Concat(
                    stage.OfType("AWS::Lambda::Function").Select(function => function.Properties.ToJsonString())
                ),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Logs_expire()
    {
        Assert.All(stages.Dev.OfType("AWS::Logs::LogGroup"), group =>
            Assert.Equal(14, group["RetentionInDays"]!.GetValue<int>())
        );
        Assert.All(stages.Prod.OfType("AWS::Logs::LogGroup"), group =>
            Assert.Equal(365, group["RetentionInDays"]!.GetValue<int>())
        );
        Assert.NotEmpty(stages.Dev.OfType("AWS::Logs::LogGroup"));
    }

    [Fact]
    public void Alarms_cover_age_quarantine_delivery_errors_and_throttling()
    {
        stages.Dev.Has(
            "AWS::CloudWatch::Alarm",
            """
            {"MetricName":"GetRecords.IteratorAgeMilliseconds","Threshold":43200000,
             "TreatMissingData":"notBreaching"}
            """
        );
        stages.Prod.Has(
            "AWS::CloudWatch::Alarm",
            """{"MetricName":"GetRecords.IteratorAgeMilliseconds","Threshold":302400000}"""
        );
        foreach (
            var metric in (string[])
                [
                    "PutRequests",
                    "DeliveryToS3.DataFreshness",
                    "DeliveryToRedshift.Success",
                    "5xx",
                    "Throttles",
                    "Errors",
                    "WriteProvisionedThroughputExceeded",
                    "HTTPCode_Target_5XX_Count",
                    "UnHealthyHostCount",
                ]
        )
            stages.Prod.Has("AWS::CloudWatch::Alarm", $$"""{"MetricName":"{{metric}}"}""");
        Assert.All(stages.Prod.OfType("AWS::CloudWatch::Alarm"), alarm =>
            Assert.Single(alarm["AlarmActions"]!.AsArray())
        );
    }

    [Fact]
    public void Outputs_have_the_names_of_the_services_settings()
    {
        foreach (var stage in stages.Both)
        {
            var outputs = stage.Json["Outputs"]!.AsObject().Select(output => output.Key);
            var settings = typeof(PosResources)
                .GetProperties()
                .Where(property => property.PropertyType == typeof(string))
                .Select(property => property.Name);
            Assert.Empty(
                settings
                    .Concat([
                        "Region",
                        "ApiUrl",
                        "OperationsUrl",
                        "WebAppUrl",
                        "WarehouseHost",
                        "WarehousePort",
                        "WarehouseDatabase",
                        "WarehouseReaderSecret",
                    ])
                    .Except(outputs)
            );
        }
    }
}
