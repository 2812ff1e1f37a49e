using Amazon.Runtime;
using AwsJson;

namespace Amazon.KinesisFirehose.Model;

/// <summary>At most 1,000 KiB. Records are put one after the other into an object with nothing between them.</summary>
public class Record
{
    public MemoryStream Data { get; set; }
}

public class PutRecordRequest : AmazonKinesisFirehoseRequest
{
    public string DeliveryStreamName { get; set; }
    public Record Record { get; set; }
}

public class PutRecordResponse : AmazonWebServiceResponse
{
    public bool? Encrypted { get; set; }
    public string RecordId { get; set; }
}

/// <summary>Puts records, each of which can fail on its own: at most 500, and 4 MiB together.</summary>
public class PutRecordBatchRequest : AmazonKinesisFirehoseRequest
{
    public string DeliveryStreamName { get; set; }
    public List<Record> Records { get; set; } = InitialCollections.List<Record>();
}

public class PutRecordBatchResponse : AmazonWebServiceResponse
{
    public bool? Encrypted { get; set; }

    /// <summary>
    /// The number of entries with an error code. They are the caller's to put again: the SDK does not.
    /// </summary>
    public int? FailedPutCount { get; set; }

    /// <summary>One entry for each of the request's, in its order.</summary>
    public List<PutRecordBatchResponseEntry> RequestResponses { get; set; } =
        InitialCollections.List<PutRecordBatchResponseEntry>();
}

public class PutRecordBatchResponseEntry
{
    /// <summary><c>ServiceUnavailableException</c> or <c>InternalFailure</c>; null for a record that was put.</summary>
    public string ErrorCode { get; set; }

    public string ErrorMessage { get; set; }
    public string RecordId { get; set; }
}
