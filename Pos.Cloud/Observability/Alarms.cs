using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.AWS.SNS.Subscriptions;
using Constructs;
using Pos.Cloud.Api;
using Pos.Cloud.Delivery;
using Pos.Cloud.Lake;
using Pos.Cloud.Lookup;
using Pos.Cloud.Processing;
using Pos.Cloud.Stream;
using Pos.Cloud.Warehouse;

namespace Pos.Cloud.Observability;

/// <summary>What somebody has to look at, told to a topic (context <c>alarmEmail</c> subscribes), and a dashboard of the same metrics.</summary>
internal sealed class Alarms : Construct
{
    private static readonly Duration s_period = Duration.Minutes(5);
    private readonly Topic _topic;
    private readonly List<Alarm> _alarms = [];

    public Alarms(Construct scope, Stage stage, PurchaseStream stream, PurchaseLake lake, LookupTable table, WarehouseDelivery delivery, ScheduledMerge merge,
        IngestFunction ingest, ProcessorFunction processor, LookupFunction lookup, PurchasesApi api) : base(scope, "Alarms")
    {
        _topic = new Topic(this, "Topic", new TopicProps { EnforceSSL = true });
        if (Node.TryGetContext("alarmEmail") is string address)
            _topic.AddSubscription(new EmailSubscription(address));

        var byStream = ("StreamName", stage.Resources.Stream);
        Above("IteratorAge", "Records are half way to expiring unprocessed", stream.Retention.TotalMilliseconds / 2,
            Metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", byStream));
        Above("StreamThrottled", "Puts are throttled: the stream needs more shards", 0, periods: 3,
            metric: Metric("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum", byStream));

        Above("Quarantine", "Records are going to quarantine", 10, Puts(lake, "quarantine"));
        Above("GivenUp", "Lambda has given up records; they are in the lake's bucket, under aws/lambda/", 0, Puts(lake, "given-up"));

        var byDelivery = ("DeliveryStreamName", stage.Resources.DeliveryStream);
        Above("DeliveryFreshness", "Rows wait in Firehose longer than it buffers", delivery.Interval.TotalSeconds + 600,
            Metric("AWS/Firehose", "DeliveryToS3.DataFreshness", "Maximum", byDelivery));
        Below("DeliveryToWarehouse", "COPYs fail", 1, Metric("AWS/Firehose", "DeliveryToRedshift.Success", "Minimum", byDelivery));
        Above("DeliveryThrottled", "Rows are put faster than the delivery stream takes them", 0, periods: 3,
            metric: Metric("AWS/Firehose", "ThrottledRecords", "Sum", byDelivery));
        Above("Merge", "The merge cannot be called", 0, Metric("AWS/Scheduler", "TargetErrorCount", "Sum", ("ScheduleGroup", merge.GroupName)));

        Above("Api5xx", "Requests fail", 5, Metric("AWS/ApiGateway", "5xx", "Sum", ("ApiId", api.Id)));
        Above("LookupTableThrottled", "The lookup table throttles", 0, periods: 3,
            metric: Metric("AWS/DynamoDB", "WriteThrottleEvents", "Sum", ("TableName", stage.Resources.LookupTable)));
        foreach (var (name, function) in (ReadOnlySpan<(string, Function)>)[("Ingest", ingest.Function), ("Processor", processor.Function), ("Lookup", lookup.Function)])
        {
            Above($"{name}Errors", $"Invocations of {name} fail", 3, function.MetricErrors(Every(s_period)));
            Above($"{name}Throttled", $"Invocations of {name} are throttled", 0, function.MetricThrottles(Every(s_period)), periods: 3);
        }

        var dashboard = new Dashboard(this, "Dashboard", new DashboardProps { DashboardName = $"pos-{stage.Name}" });
        dashboard.AddWidgets(
            new AlarmStatusWidget(new AlarmStatusWidgetProps { Title = "Alarms", Width = 24, Alarms = [.. _alarms] }));
        dashboard.AddWidgets(
            Graph("Requests", Metric("AWS/ApiGateway", "Count", "Sum", ("ApiId", api.Id)), Metric("AWS/ApiGateway", "4xx", "Sum", ("ApiId", api.Id)), Metric("AWS/ApiGateway", "5xx", "Sum", ("ApiId", api.Id))),
            Graph("Stream, bytes in and iterator age", Metric("AWS/Kinesis", "IncomingBytes", "Sum", byStream), Metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", byStream)),
            Graph("Quarantine", Puts(lake, "quarantine"), Puts(lake, "given-up")));
        dashboard.AddWidgets(
            Graph("Processing time", processor.Function.MetricDuration(Every(s_period)), ingest.Function.MetricDuration(Every(s_period))),
            Graph("Lookup table", Metric("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum", ("TableName", stage.Resources.LookupTable))),
            Graph("Delivery", Metric("AWS/Firehose", "DeliveryToS3.DataFreshness", "Maximum", byDelivery), Metric("AWS/Firehose", "DeliveryToRedshift.Records", "Sum", byDelivery)));
    }

    private void Above(string id, string meaning, double threshold, IMetric metric, int periods = 1) =>
        Add(id, meaning, threshold, metric, ComparisonOperator.GREATER_THAN_THRESHOLD, periods);

    private void Below(string id, string meaning, double threshold, IMetric metric) =>
        Add(id, meaning, threshold, metric, ComparisonOperator.LESS_THAN_THRESHOLD, periods: 1);

    private void Add(string id, string meaning, double threshold, IMetric metric, ComparisonOperator comparison, int periods)
    {
        var alarm = new Alarm(this, id, new AlarmProps
        {
            AlarmDescription = meaning,
            Metric = metric,
            Threshold = threshold,
            ComparisonOperator = comparison,
            EvaluationPeriods = periods,
            // At night no till sends anything.
            TreatMissingData = TreatMissingData.NOT_BREACHING,
        });
        alarm.AddAlarmAction(new SnsAction(_topic));
        _alarms.Add(alarm);
    }

    private static Metric Puts(PurchaseLake lake, string filter) =>
        Metric("AWS/S3", "PutRequests", "Sum", ("BucketName", lake.Bucket.BucketName), ("FilterId", filter));

    private static Metric Metric(string space, string name, string statistic, params (string Name, string Value)[] dimensions) => new(new MetricProps
    {
        Namespace = space,
        MetricName = name,
        Statistic = statistic,
        Period = s_period,
        DimensionsMap = dimensions.ToDictionary(dimension => dimension.Name, dimension => dimension.Value),
    });

    private static MetricOptions Every(Duration period) => new() { Period = period };

    private static GraphWidget Graph(string title, params IMetric[] metrics) => new(new GraphWidgetProps { Title = title, Width = 8, Left = metrics });
}
