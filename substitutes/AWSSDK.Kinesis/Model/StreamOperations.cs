using Amazon.Runtime;
using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>Starts creating a stream. It can be used once it is ACTIVE.</summary>
public class CreateStreamRequest : AmazonKinesisRequest
{
    /// <summary>For the mode PROVISIONED.</summary>
    public int? ShardCount { get; set; }

    public StreamModeDetails StreamModeDetails { get; set; }

    /// <summary>1–128 of <c>a-zA-Z0-9_.-</c>.</summary>
    public string StreamName { get; set; }

    public Dictionary<string, string> Tags { get; set; } = InitialCollections.Dictionary();
}

public class CreateStreamResponse : AmazonWebServiceResponse;

/// <summary>Deletes a stream with its shards and records.</summary>
public class DeleteStreamRequest : AmazonKinesisRequest
{
    /// <summary>
    /// True if to delete registered consumers too. Otherwise, a stream with consumers is not deleted.
    /// </summary>
    public bool? EnforceConsumerDeletion { get; set; }

    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class DeleteStreamResponse : AmazonWebServiceResponse;

public class DescribeStreamSummaryRequest : AmazonKinesisRequest
{
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class DescribeStreamSummaryResponse : AmazonWebServiceResponse
{
    public StreamDescriptionSummary StreamDescriptionSummary { get; set; }
}

/// <summary>Lists the account's streams in a region, page by page.</summary>
public class ListStreamsRequest : AmazonKinesisRequest
{
    public string ExclusiveStartStreamName { get; set; }

    /// <summary>At most 10,000; default 100.</summary>
    public int? Limit { get; set; }

    public string NextToken { get; set; }
}

public class ListStreamsResponse : AmazonWebServiceResponse
{
    public bool? HasMoreStreams { get; set; }
    public string NextToken { get; set; }
    public List<string> StreamNames { get; set; } = InitialCollections.List<string>();
    public List<StreamSummary> StreamSummaries { get; set; } = InitialCollections.List<StreamSummary>();
}
