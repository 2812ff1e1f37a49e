using Amazon.Runtime;
using AwsJson;

namespace Amazon.KinesisFirehose.Model;

/// <summary>Starts creating a delivery stream. It can be used once it is ACTIVE.</summary>
public class CreateDeliveryStreamRequest : AmazonKinesisFirehoseRequest
{
    /// <summary>1–64 of <c>a-zA-Z0-9_.-</c>.</summary>
    public string DeliveryStreamName { get; set; }

    public DeliveryStreamType DeliveryStreamType { get; set; }
    public RedshiftDestinationConfiguration RedshiftDestinationConfiguration { get; set; }
}

public class CreateDeliveryStreamResponse : AmazonWebServiceResponse
{
    public string DeliveryStreamARN { get; set; }
}

public class DeleteDeliveryStreamRequest : AmazonKinesisFirehoseRequest
{
    /// <summary>True to delete the stream even if its encryption key cannot be retired.</summary>
    public bool? AllowForceDelete { get; set; }

    public string DeliveryStreamName { get; set; }
}

public class DeleteDeliveryStreamResponse : AmazonWebServiceResponse;

public class DescribeDeliveryStreamRequest : AmazonKinesisFirehoseRequest
{
    public string DeliveryStreamName { get; set; }
    public string ExclusiveStartDestinationId { get; set; }
    public int? Limit { get; set; }
}

public class DescribeDeliveryStreamResponse : AmazonWebServiceResponse
{
    public DeliveryStreamDescription DeliveryStreamDescription { get; set; }
}

public class DeliveryStreamDescription
{
    /// <summary>UTC.</summary>
    public DateTime? CreateTimestamp { get; set; }

    public string DeliveryStreamARN { get; set; }
    public string DeliveryStreamName { get; set; }
    public DeliveryStreamStatus DeliveryStreamStatus { get; set; }
    public DeliveryStreamType DeliveryStreamType { get; set; }
    public List<DestinationDescription> Destinations { get; set; } = InitialCollections.List<DestinationDescription>();
    public bool? HasMoreDestinations { get; set; }

    /// <summary>UTC.</summary>
    public DateTime? LastUpdateTimestamp { get; set; }

    /// <summary>Required as <see cref="UpdateDestinationRequest.CurrentDeliveryStreamVersionId"/>.</summary>
    public string VersionId { get; set; }
}

public class DestinationDescription
{
    public string DestinationId { get; set; }
    public RedshiftDestinationDescription RedshiftDestinationDescription { get; set; }
}

/// <summary>Lists names in alphabetical order, page by page.</summary>
public class ListDeliveryStreamsRequest : AmazonKinesisFirehoseRequest
{
    public DeliveryStreamType DeliveryStreamType { get; set; }
    public string ExclusiveStartDeliveryStreamName { get; set; }

    /// <summary>At most 10,000; default 10.</summary>
    public int? Limit { get; set; }
}

public class ListDeliveryStreamsResponse : AmazonWebServiceResponse
{
    public List<string> DeliveryStreamNames { get; set; } = InitialCollections.List<string>();
    public bool? HasMoreDeliveryStreams { get; set; }
}

/// <summary>Changes a destination, unless it changed since the given version.</summary>
public class UpdateDestinationRequest : AmazonKinesisFirehoseRequest
{
    public string CurrentDeliveryStreamVersionId { get; set; }
    public string DeliveryStreamName { get; set; }
    public string DestinationId { get; set; }
    public RedshiftDestinationUpdate RedshiftDestinationUpdate { get; set; }
}

public class UpdateDestinationResponse : AmazonWebServiceResponse;
