using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.AWS.SNS.Subscriptions;
using Constructs;
using Pos.Cdk.Api;
using Pos.Cdk.Delivery;
using Pos.Cdk.Lake;
using Pos.Cdk.Lookup;
using Pos.Cdk.Stream;
using Pos.Cdk.Warehouse;
using Pos.Cdk.WebApp;

namespace Pos.Cdk.Observability;

/// <summary>
/// Alarms that notify a topic (context <c>alarmEmail</c> subscribes an address), and a dashboard of the same metrics.
/// </summary>
internal sealed class Alarms : Construct
{
    private static readonly Duration s_period = Duration.Minutes(5);
    private readonly Stage _stage;
    private readonly Topic _topic;
    private readonly List<Alarm> _alarms = [];
    private readonly List<IWidget> _graphs = [];

    public Alarms(Construct scope, Stage stage)
        : base(scope, "Alarms")
    {
        _stage = stage;
        _topic = new Topic(this, "Topic", new TopicProps { EnforceSSL = true });
        if (Node.TryGetContext("alarmEmail") is string address)
            _topic.AddSubscription(new EmailSubscription(address));
    }

    public void WatchStream(PurchaseStream stream)
    {
        var byStream = ("StreamName", _stage.Resources.Stream);
        var age = Metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", byStream);
        Above(
            "IteratorAge",
            "The oldest unprocessed record has used half of the retention",
            stream.Retention.TotalMilliseconds / 2,
            age
        );
        Above(
            "StreamThrottled",
            "Puts are throttled. The stream needs more shards",
            0,
            periods: 3,
            metric: Metric("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum", byStream)
        );
        AddGraph("Stream, bytes in and iterator age", Metric("AWS/Kinesis", "IncomingBytes", "Sum", byStream), age);
    }

    public void WatchStores(PurchaseLake lake, LookupTable table)
    {
        var (quarantined, givenUp) = (Puts(lake, "quarantine"), Puts(lake, "given-up"));
        Above("Quarantine", "More than 10 objects were written to the quarantine in 5 minutes", 10, quarantined);
        Above("GivenUp", "Lambda gave up records. They are in the lake's bucket under aws/lambda/", 0, givenUp);
        AddGraph("Quarantine", quarantined, givenUp);

        var byTable = ("TableName", table.Table.TableName);
        Above(
            "LookupTableThrottled",
            "Writes to the lookup table are throttled",
            0,
            periods: 3,
            metric: Metric("AWS/DynamoDB", "WriteThrottleEvents", "Sum", byTable)
        );
        AddGraph("Lookup table", Metric("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum", byTable));
    }

    public void WatchDelivery(WarehouseDelivery delivery, ScheduledMerge merge)
    {
        var byDelivery = ("DeliveryStreamName", _stage.Resources.DeliveryStream);
        var freshness = Metric("AWS/Firehose", "DeliveryToS3.DataFreshness", "Maximum", byDelivery);
        Above(
            "DeliveryFreshness",
            "Rows wait in Firehose 10 minutes longer than its buffer interval",
            delivery.Interval.TotalSeconds + 600,
            freshness
        );
        Below(
            "DeliveryToWarehouse",
            "COPY into the warehouse fails",
            1,
            Metric("AWS/Firehose", "DeliveryToRedshift.Success", "Minimum", byDelivery)
        );
        Above(
            "DeliveryThrottled",
            "Puts to the delivery stream are throttled",
            0,
            periods: 3,
            metric: Metric("AWS/Firehose", "ThrottledRecords", "Sum", byDelivery)
        );
        Above(
            "Merge",
            "Calls of the merge procedure fail",
            0,
            Metric("AWS/Scheduler", "TargetErrorCount", "Sum", ("ScheduleGroup", merge.GroupName))
        );
        AddGraph("Delivery", freshness, Metric("AWS/Firehose", "DeliveryToRedshift.Records", "Sum", byDelivery));
    }

    public void WatchFunctions(params (string Name, Function Function)[] functions)
    {
        var every = new MetricOptions { Period = s_period };
        foreach (var (name, function) in functions)
        {
            Above($"{name}Errors", $"Invocations of {name} fail", 3, function.MetricErrors(every));
            Above(
                $"{name}Throttled",
                $"Invocations of {name} are throttled",
                0,
                function.MetricThrottles(every),
                periods: 3
            );
        }
        AddGraph("Duration of invocations", [.. functions.Select(each => each.Function.MetricDuration(every))]);
    }

    public void WatchApi(string name, SignedApi api)
    {
        var byApi = ("ApiId", api.Id);
        var failures = Metric("AWS/ApiGateway", "5xx", "Sum", byApi);
        Above($"{name}5xx", "Requests fail with 5xx", 5, failures);
        AddGraph(
            $"Requests to {name}",
            Metric("AWS/ApiGateway", "Count", "Sum", byApi),
            Metric("AWS/ApiGateway", "4xx", "Sum", byApi),
            failures
        );
    }

    public void WatchWebApp(WebAppAddress address)
    {
        var failures = address.Targets.Metrics.HttpCodeTarget(
            HttpCodeTarget.TARGET_5XX_COUNT,
            new MetricOptions { Period = s_period }
        );
        Above("WebApp5xx", "Pages fail with 5xx", 5, failures);
        Above(
            "WebAppUnhealthy",
            "A replica of the web app is unhealthy",
            0,
            periods: 2,
            metric: address.Targets.Metrics.UnhealthyHostCount(
                new MetricOptions { Period = s_period, Statistic = "Maximum" }
            )
        );
        AddGraph(
            "Requests to the web app",
            address.Targets.Metrics.RequestCount(new MetricOptions { Period = s_period }),
            failures
        );
    }

    /// <summary>Adds the dashboard of all alarms and graphs so far.</summary>
    public void AddDashboard()
    {
        var dashboard = new Dashboard(this, "Dashboard", new DashboardProps { DashboardName = _stage.DashboardName });
        dashboard.AddWidgets(
            new AlarmStatusWidget(
                new AlarmStatusWidgetProps
                {
                    Title = "Alarms",
                    Width = 24,
                    Alarms = [.. _alarms],
                }
            )
        );
        foreach (var row in _graphs.Chunk(3))
            dashboard.AddWidgets(row);
    }

    private void Above(string id, string meaning, double threshold, IMetric metric, int periods = 1) =>
        Add(id, meaning, threshold, metric, ComparisonOperator.GREATER_THAN_THRESHOLD, periods);

    private void Below(string id, string meaning, double threshold, IMetric metric) =>
        Add(id, meaning, threshold, metric, ComparisonOperator.LESS_THAN_THRESHOLD, periods: 1);

    private void Add(
        string id,
        string meaning,
        double threshold,
        IMetric metric,
        ComparisonOperator comparison,
        int periods
    )
    {
        var alarm = new Alarm(
            this,
            id,
            new AlarmProps
            {
                AlarmDescription = meaning,
                Metric = metric,
                Threshold = threshold,
                ComparisonOperator = comparison,
                EvaluationPeriods = periods,
                // No data is normal: at night, tills send nothing.
                TreatMissingData = TreatMissingData.NOT_BREACHING,
            }
        );
        alarm.AddAlarmAction(new SnsAction(_topic));
        _alarms.Add(alarm);
    }

    private static Metric Puts(PurchaseLake lake, string filter) =>
        Metric("AWS/S3", "PutRequests", "Sum", ("BucketName", lake.Bucket.BucketName), ("FilterId", filter));

    private static Metric Metric(
        string space,
        string name,
        string statistic,
        params (string Name, string Value)[] dimensions
    ) =>
        new(
            new MetricProps
            {
                Namespace = space,
                MetricName = name,
                Statistic = statistic,
                Period = s_period,
                DimensionsMap = dimensions.ToDictionary(dimension => dimension.Name, dimension => dimension.Value),
            }
        );

    private void AddGraph(string title, params IMetric[] metrics) =>
        _graphs.Add(
            new GraphWidget(
                new GraphWidgetProps
                {
                    Title = title,
                    Width = 8,
                    Left = metrics,
                }
            )
        );
}
