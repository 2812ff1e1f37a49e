using Amazon.KinesisFirehose.Model;
using Amazon.Runtime;

namespace Amazon.KinesisFirehose;

/// <summary>
/// Calls Firehose. A call fails with an <see cref="AmazonKinesisFirehoseException"/> after the SDK's retries.
/// </summary>
public interface IAmazonKinesisFirehose : IAmazonService, IDisposable
{
    Task<CreateDeliveryStreamResponse> CreateDeliveryStreamAsync(
        CreateDeliveryStreamRequest request,
        CancellationToken cancellationToken = default
    );
    Task<DeleteDeliveryStreamResponse> DeleteDeliveryStreamAsync(
        DeleteDeliveryStreamRequest request,
        CancellationToken cancellationToken = default
    );
    Task<DescribeDeliveryStreamResponse> DescribeDeliveryStreamAsync(
        DescribeDeliveryStreamRequest request,
        CancellationToken cancellationToken = default
    );
    Task<ListDeliveryStreamsResponse> ListDeliveryStreamsAsync(
        ListDeliveryStreamsRequest request,
        CancellationToken cancellationToken = default
    );
    Task<PutRecordResponse> PutRecordAsync(PutRecordRequest request, CancellationToken cancellationToken = default);
    Task<PutRecordBatchResponse> PutRecordBatchAsync(
        PutRecordBatchRequest request,
        CancellationToken cancellationToken = default
    );
    Task<UpdateDestinationResponse> UpdateDestinationAsync(
        UpdateDestinationRequest request,
        CancellationToken cancellationToken = default
    );

    // AddAWSService<IAmazonKinesisFirehose>() of AWSSDK.Extensions.NETCore.Setup creates clients with these.
    static ClientConfig IAmazonService.CreateDefaultClientConfig() => new AmazonKinesisFirehoseConfig();

    static IAmazonService IAmazonService.CreateDefaultServiceClient(
        AWSCredentials awsCredentials,
        ClientConfig clientConfig
    )
    {
        if (clientConfig is not AmazonKinesisFirehoseConfig config)
            throw new AmazonClientException(
                $"{nameof(AmazonKinesisFirehoseClient)} takes an {nameof(AmazonKinesisFirehoseConfig)}, "
                    + $"not {clientConfig?.GetType().Name ?? "null"}."
            );
        return awsCredentials is null
            ? new AmazonKinesisFirehoseClient(config)
            : new AmazonKinesisFirehoseClient(awsCredentials, config);
    }
}
