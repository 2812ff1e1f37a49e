using LocalCloud.Protocol;
using LocalCloud.Tables.Batches;
using LocalCloud.Tables.Control;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Maintenance;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Transactions;

namespace LocalCloud.Tables;

internal static class TablesSetup
{
    public static void AddTables(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<TablesOptions>()
            .BindConfiguration(TablesOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(provider =>
            RocksItemStore.Open(
                Path.Combine(provider.GetRequiredService<DataFolder>().FullPath, "tables"),
                new ItemStoreOptions(),
                provider.GetRequiredService<ILogger<RocksItemStore>>()
            )
        );
        services.AddSingleton<IItemStore>(provider => provider.GetRequiredService<RocksItemStore>());
        services.AddHealthChecks().AddCheck<TablesHealth>("tables");
        services.AddSingleton<KeyLocks>();
        services.AddSingleton<TableCatalog>();
        services.AddSingleton<TableLimits>();
        services.AddSingleton<ExpressionCache>();
        services.AddSingleton<WritePreparation>();
        services.AddSingleton<WriteEngine>();
        services.AddSingleton<ItemCollections>();
        services.AddSingleton<WriteOperations>();
        services.AddSingleton<ReadOperations>();
        services.AddSingleton<PageReader>();
        services.AddSingleton<PageResponse>();
        services.AddSingleton<QueryOperation>();
        services.AddSingleton<ScanOperation>();
        services.AddSingleton<BatchWriteOperation>();
        services.AddSingleton<BatchGetOperation>();
        services.AddSingleton<RequestTokens>();
        services.AddSingleton<TransactWriteOperation>();
        services.AddSingleton<TransactGetOperation>();
        services.AddSingleton<TableDescription>();
        services.AddSingleton<TableOperations>();
        services.AddSingleton<UpdateTableOperation>();
        services.AddSingleton<TagOperations>();
        services.AddSingleton<TimeToLiveOperations>();
        services.AddSingleton<AccountOperations>();
        services.AddSingleton<IndexBackfill>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexBackfill>());
        services.AddSingleton<ItemExpiry>();
        services.AddHostedService<TableMaintenance>();
        services.AddSingleton<IAwsJsonService, DynamoDbService>();
    }
}
